/**
 * From pictures to messages: reads the codes, puts their frames together, and tells what a person should know of it. The
 * middle of the worker; it knows neither camera nor window.
 */
import type { Decoder, Picture, Sighting } from '../../../optical/read/picture.ts';
import { Reader } from '../../../optical/read/reader.ts';
import { advice, lightOf, Meter } from '../../../optical/read/statistics.ts';
import { UrReceiver, type UrProgress } from '../../../optical/ur/receiver.ts';
import { decodeFrame, isNewerFrame } from '../../../optical/wire/frame.ts';
import { Receiver, type Progress } from '../../../optical/wire/receiver.ts';
import { encodeTopic } from '../../../optical/wire/topic.ts';
import type { FromReader, Incoming, ScanReport, SeenCode, ToReader } from './words.ts';

/** Milliseconds between two reports. */
const PAUSE = 200;
/** Milliseconds for which a code that was not read again is still outlined: one picture that fails is no news. */
const LINGER = 400;
/** Milliseconds for which the message that came last is the one that is coming, though frames of another pass by. */
const LOYAL = 1000;

type Verdict = Extract<ToReader, { say: 'judge' }>['verdict'];

export class Scanner {
  readonly #decoder: Decoder;
  readonly #tell: (word: FromReader) => void;
  readonly #clock: (() => number) | undefined;
  #reader: Reader;
  #meter = new Meter();
  #receiver = new Receiver();
  #urs = new UrReceiver();
  /** By id. */
  readonly #verdicts = new Map<string, Verdict>();
  /** Messages that the window was told of, since the camera was opened. */
  readonly #told = new Set<string>();
  /** Messages that were whole: their frames count again only for another receiver. */
  readonly #whole = new Set<string>();
  #incoming: { readonly progress: Progress | UrProgress; readonly at: number } | null = null;
  #codes: { readonly codes: readonly SeenCode[]; readonly at: number } = { codes: [], at: -Infinity };
  #reported = -Infinity;
  /** A sheet was told of since the camera was opened. */
  #hasSheet = false;
  #looks = false;

  /**
   * @param tell is called while `look` works, never later
   * @param clock in milliseconds, by which the reader sees that it is too slow for its camera; undefined: it never is
   */
  constructor(decoder: Decoder, tell: (word: FromReader) => void, clock?: () => number) {
    this.#decoder = decoder;
    this.#tell = tell;
    this.#clock = clock;
    this.#reader = this.#newReader();
  }

  /** Another camera, or the same one opened again. What was read of messages stays. */
  begin(): void {
    this.#reader = this.#newReader();
    this.#meter = new Meter();
    this.#codes = { codes: [], at: -Infinity };
    this.#reported = -Infinity;
    // Whoever opened it may be another screen, which knows nothing yet.
    this.#told.clear();
    this.#hasSheet = false;
    this.#forgetUrs();
  }

  #newReader(): Reader {
    return new Reader(this.#decoder, this.#clock === undefined ? {} : { clock: this.#clock });
  }

  /** Whether somebody wants to know of each picture, and not of messages. */
  wantLooks(wanted: boolean): void {
    this.#looks = wanted;
  }

  judge(id: string, verdict: Verdict): void {
    this.#verdicts.set(id, verdict);
    if (verdict === 'wanted') return;
    if (verdict === 'done') this.#receiver.ignore(id);
    if (this.#incoming?.progress.id === id) this.#incoming = null;
  }

  /** Forgets what was unwanted. */
  again(): void {
    const unwanted = [...this.#verdicts].filter(([, verdict]) => verdict === 'unwanted').map(([id]) => id);
    for (const id of unwanted) {
      this.#verdicts.delete(id);
      this.#told.delete(id);
    }
    this.#forgetUrs();
    if (!unwanted.some((id) => this.#whole.has(id))) return;
    // Whatever is half there comes again; what was refused is seldom, and so is this.
    this.#receiver = new Receiver();
    this.#incoming = null;
    this.#whole.clear();
    for (const [id, verdict] of this.#verdicts) if (verdict === 'done') this.#receiver.ignore(id);
  }

  /**
   * Looks at one picture.
   *
   * @param at when it was taken, in milliseconds of a clock that does not go back
   */
  async look(picture: Picture, at: number): Promise<void> {
    const reading = await this.#reader.read(picture);
    if (this.#looks) {
      const { width, height } = picture;
      const codes = reading.sightings.map(({ bytes, pixelsPerModule }) => ({ bytes, pixelsPerModule }));
      this.#tell({ say: 'look', look: { at, width, height, codes } });
      return;
    }
    let fresh = 0;
    const read = reading.sightings.map((sighting): SeenCode => {
      const heard = this.#hear(sighting, at);
      if (heard.fresh) fresh += 1;
      return { corners: sighting.corners, state: heard.state, id: heard.id };
    });
    const unread = reading.glimpses.map(({ corners }): SeenCode => ({ corners, state: 'unread', id: null }));
    const codes = [...read, ...unread];
    if (codes.length > 0 || at - this.#codes.at > LINGER) this.#codes = { codes, at };
    this.#meter.note(at, reading, lightOf(picture, reading.region), fresh);
    if (at - this.#reported < PAUSE) return;
    this.#reported = at;
    this.#tell({ say: 'report', report: this.#report(picture, at) });
  }

  /** What one code says. */
  #hear({ bytes }: Sighting, at: number): Omit<SeenCode, 'corners'> & { readonly fresh: boolean } {
    const frame = decodeFrame(bytes);
    if (frame === undefined && startsSheet(bytes)) return this.#hearSheet(latin1(bytes));
    if (frame === undefined && startsUr(bytes)) return this.#hearUr(latin1(bytes), at);
    if (frame === undefined)
      return { state: isNewerFrame(bytes) ? 'newer' : 'foreign', id: null, fresh: false };
    const id = hex(frame.id);
    const verdict = this.#verdicts.get(id);
    if (verdict === 'unwanted' || verdict === 'done') return { state: verdict, id, fresh: false };
    if (!this.#told.has(id)) {
      // It is read until somebody says otherwise.
      this.#told.add(id);
      this.#tell({ say: 'heard', id, topic: encodeTopic(frame.topic) });
    }
    const heard = this.#receiver.add(bytes);
    switch (heard.what) {
      case 'progress':
        this.#follow(heard.progress, at);
        return { state: 'wanted', id, fresh: heard.fresh };
      case 'message':
        this.#whole.add(id);
        if (this.#incoming?.progress.id === id) this.#incoming = null;
        this.#tell({ say: 'message', id, messages: heard.messages });
        return { state: 'wanted', id, fresh: true };
      case 'spoilt':
        this.#tell({ say: 'spoilt', id });
        return { state: 'wanted', id, fresh: false };
      case 'ignored':
      case 'noise':
      case 'newer':
        return { state: 'wanted', id, fresh: false };
    }
  }

  /** A sheet of paper. Its text goes to whoever opened the camera, and is not kept. */
  #hearSheet(text: string): Omit<SeenCode, 'corners'> & { readonly fresh: boolean } {
    const fresh = !this.#hasSheet;
    if (fresh) this.#tell({ say: 'sheet', text });
    this.#hasSheet = true;
    return { state: 'done', id: null, fresh };
  }

  /** What a code of other people's says. Of a UR nothing is kept: it is read again for whoever asks again. */
  #hearUr(text: string, at: number): Omit<SeenCode, 'corners'> & { readonly fresh: boolean } {
    const heard = this.#urs.add(text);
    if (heard.what === 'noise') return { state: 'foreign', id: null, fresh: false };
    const id = 'progress' in heard ? heard.progress.id : heard.id;
    const verdict = this.#verdicts.get(id);
    if (verdict === 'unwanted' || verdict === 'done') return { state: verdict, id, fresh: false };
    if ('progress' in heard && !this.#told.has(id)) {
      this.#told.add(id);
      this.#tell({ say: 'ur', id, type: heard.progress.type });
    }
    switch (heard.what) {
      case 'progress':
        this.#follow(heard.progress, at);
        return { state: 'wanted', id, fresh: heard.fresh };
      case 'finished':
        if (this.#incoming?.progress.id === id) this.#incoming = null;
        this.#tell({ say: 'resource', id, type: heard.type, cbor: heard.cbor });
        return { state: 'wanted', id, fresh: true };
      case 'spoilt':
        this.#tell({ say: 'spoilt', id });
        return { state: 'wanted', id, fresh: false };
      case 'ignored':
        return { state: 'wanted', id, fresh: false };
    }
  }

  /** URs that were read are read again. */
  #forgetUrs(): void {
    for (const id of this.#verdicts.keys()) if (isUrId(id)) this.#verdicts.delete(id);
    if (this.#incoming !== null && isUrId(this.#incoming.progress.id)) this.#incoming = null;
    this.#urs = new UrReceiver();
  }

  #follow(progress: Progress | UrProgress, at: number): void {
    const { id } = this.#incoming?.progress ?? progress;
    if (id === progress.id || at - (this.#incoming?.at ?? at) > LOYAL) this.#incoming = { progress, at };
  }

  #report({ width, height }: Picture, at: number): ScanReport {
    const progress = this.#incoming?.progress;
    const statistics = this.#meter.statistics(at, progress);
    const { hitRate, pixelsPerModule, pictures, secondsLeft } = statistics;
    return {
      size: { width, height },
      codes: this.#codes.codes,
      incoming: this.#incoming === null ? null : incomingOf(this.#incoming, at),
      hitRate,
      pixelsPerModule: pixelsPerModule ?? null,
      pictures,
      secondsLeft: secondsLeft ?? null,
      advice: advice(statistics, this.#decoder.name) ?? null,
    };
  }
}

function incomingOf(
  { progress, at: seen }: { readonly progress: Progress | UrProgress; readonly at: number },
  at: number,
): Incoming {
  const { id, rank, needed, length } = progress;
  return { id, rank, needed, length, sinceFrame: at - seen };
}

/** Ids of messages are hex; those of URs begin with their type, and have spaces. */
const isUrId = (id: string): boolean => id.includes(' ');

/** `ur:`, in any case. */
const startsUr = ([u = 0, r = 0, colon]: Uint8Array): boolean =>
  (u | 0x20) === 0x75 && (r | 0x20) === 0x72 && colon === 0x3a;

/** `RS1`: what each line of a share sheet begins with (docs/formats/sheet.md). */
const startsSheet = ([r, s, one]: Uint8Array): boolean => r === 0x52 && s === 0x53 && one === 0x31;

/** Text as it is in a code. What is no letter of a UR stays none, and is refused there. */
const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
