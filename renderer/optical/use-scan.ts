/** Scanning, for as long as a screen is on: the camera, the worker, the program's word on what they see. */
import { useEffect, useEffectEvent, useReducer, useRef, useState, type RefObject } from 'react';
import type { Hearing } from '../../electron/ipc/optical.ts';
import { call, say, useConsole } from '../store.ts';
import { listCameras, onCameras } from './camera/camera.ts';
import { codeReader } from './camera/reader.ts';
import { trouble } from './camera/trouble.ts';
import { watchCamera } from './camera/watch.ts';
import type { FromReader } from './camera/words.ts';
import { NOTHING_SCANNED, scanned, SILENT, verdictOf, type ScanState } from './scan-state.ts';
import { beep } from './sound.ts';

/** Milliseconds after which a camera that is on and gives nothing is said to be silent. */
const PATIENCE = 6000;

export interface Scan {
  readonly state: ScanState;
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Opens the camera again, and takes back every "not this one". */
  readonly again: () => void;
  readonly choose: (camera: string) => void;
}

/**
 * @param ceremony whose messages are awaited; null: cards, records of keys and plans
 * @param awaited names what is awaited. When that changes, what was unwanted is asked about again
 */
export function useScan(ceremony: string | null, awaited: string): Scan {
  const [state, tell] = useReducer(scanned, NOTHING_SCANNED);
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = useConsole((store) => store.camera);
  const hearings = useRef(new Map<string, Promise<Hearing>>());

  const hear = useEffectEvent((id: string, topic: Uint8Array) => {
    const hearing = call('optical:hear', { topic, ceremony }, 'Looking at whose message it is').then(
      (result): Hearing =>
        result.ok ? result.value : { verdict: 'other', who: 'A message', sentence: result.failure.message },
    );
    hearings.current.set(id, hearing);
    void hearing.then((heard) => {
      const verdicts = { wanted: 'wanted', have: 'done', other: 'unwanted' } as const;
      codeReader.say({ say: 'judge', id, verdict: verdicts[heard.verdict] });
      tell({ is: 'hearing', id, hearing: heard });
      if (heard.verdict === 'other') say(`Not this one. ${heard.sentence ?? heard.who}`);
    });
  });

  const take = useEffectEvent(async (id: string, messages: readonly Uint8Array[]) => {
    const hearing = await hearings.current.get(id);
    if (hearing?.verdict !== 'wanted') return;
    tell({ is: 'judging', id });
    const result = await call(
      'optical:take',
      { messages: [...messages], ceremony },
      'Looking at what the camera saw',
    );
    if (!result.ok) {
      codeReader.say({ say: 'judge', id, verdict: 'unwanted' });
      tell({ is: 'failed', id, sentence: result.failure.message, next: result.failure.next });
      say(result.failure.message);
      return;
    }
    const { messages: outcomes } = result.value;
    codeReader.say({ say: 'judge', id, verdict: verdictOf(outcomes) });
    // One that was read says more than its frames do: whose card it is, for example.
    const [only, ...more] = outcomes;
    const who = only === undefined || more.length > 0 ? hearing.who : only.who;
    tell({ is: 'judged', id, who, at: new Date().toISOString(), outcomes });
    if (outcomes.some(({ verdict }) => verdict === 'refused')) return;
    if (!outcomes.some(({ verdict }) => verdict === 'taken')) return;
    if (useConsole.getState().state?.settings.optical.sound === true) beep();
    say(`✓ ${who}`);
  });

  /** In a ceremony URs are passed over; elsewhere it is said what is in them. */
  const hearUr = useEffectEvent((id: string, type: string) => {
    const who = `A UR of type “${type}”`;
    const sentence = `${who} is for wallets, and no message of this ceremony. Nothing of it is taken.`;
    const isWanted = ceremony === null;
    codeReader.say({ say: 'judge', id, verdict: isWanted ? 'wanted' : 'unwanted' });
    tell({
      is: 'hearing',
      id,
      hearing: isWanted ? { verdict: 'wanted', who, sentence: null } : { verdict: 'other', who, sentence },
    });
    if (!isWanted) say(`Not this one. ${sentence}`);
  });

  const readUr = useEffectEvent(async (id: string, type: string, cbor: Uint8Array) => {
    if (ceremony !== null) return;
    tell({ is: 'judging', id });
    const result = await call('ur:read', { type, cbor }, 'Looking at what is in the UR');
    if (!result.ok) {
      codeReader.say({ say: 'judge', id, verdict: 'unwanted' });
      tell({ is: 'failed', id, sentence: result.failure.message, next: result.failure.next });
      say(result.failure.message);
      return;
    }
    codeReader.say({ say: 'judge', id, verdict: 'done' });
    tell({ is: 'resource', id, resource: result.value });
    const { title, compared } = result.value;
    if (useConsole.getState().state?.settings.optical.sound === true) beep();
    say(compared === null ? `${title}.` : `${title}. ${compared.sentence}`);
  });

  const obey = useEffectEvent((word: FromReader) => {
    switch (word.say) {
      case 'ready':
        tell({ is: 'ready', decoder: word.decoder });
        return;
      case 'report':
        tell({ is: 'report', report: word.report });
        return;
      case 'heard':
        hear(word.id, word.topic);
        return;
      case 'message':
        void take(word.id, word.messages);
        return;
      case 'ur':
        hearUr(word.id, word.type);
        return;
      case 'resource':
        void readUr(word.id, word.type, word.cbor);
        return;
      case 'sheet':
        say('This is a share sheet. It is read where its backup is made, and where a share is restored.');
        return;
      case 'spoilt':
        tell({ is: 'spoilt', id: word.id });
        return;
      case 'next':
      case 'look':
        return;
    }
  });

  useEffect(() => {
    codeReader.say({ say: 'again' });
    return codeReader.listen(
      (word) => {
        obey(word);
      },
      () => {
        tell({ is: 'trouble', trouble: trouble('reader') });
      },
    );
  }, [ceremony, awaited]);

  useEffect(() => {
    tell({ is: 'opening' });
    return watchCamera(wanted, () => video.current, {
      opened: ({ id }) => {
        void listCameras().then((cameras) => tell({ is: 'opened', chosen: id, cameras }));
      },
      trouble: (what) => {
        tell({ is: 'trouble', trouble: what });
      },
    });
  }, [wanted, attempt]);

  // One that is plugged in takes the place of one that was not there.
  const isMissing = state.trouble?.name === 'none' || state.trouble?.name === 'gone';
  useEffect(
    () =>
      onCameras(() => {
        if (isMissing) setAttempt((last) => last + 1);
        else void listCameras().then((cameras) => tell({ is: 'cameras', cameras }));
      }),
    [isMissing],
  );

  const isSilent = state.camera === 'on' && state.report === null && state.trouble === null;
  useEffect(() => {
    if (!isSilent) return undefined;
    const timer = setTimeout(() => tell(SILENT), PATIENCE);
    return () => {
      clearTimeout(timer);
    };
  }, [isSilent]);

  return {
    state,
    video,
    again: () => {
      codeReader.say({ say: 'again' });
      setAttempt((last) => last + 1);
    },
    choose: (camera) => {
      useConsole.setState({ camera });
    },
  };
}
