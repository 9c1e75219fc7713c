/** What is to be shown: which of the messages, its body, and where to go when it was seen. */
import { useEffect, useState } from 'react';
import type { Outgoing } from '../../../electron/ipc/optical.ts';
import type { CeremonyState, ConsoleState } from '../../../electron/ipc/state.ts';
import { decodeTopic, NO_TOPIC, type Topic } from '../../../optical/wire/topic.ts';
import type { Failure } from '../../bridge.ts';
import { call } from '../../store.ts';
import type { View } from '../../views.ts';

export type ShowView = Extract<View, { readonly screen: 'show' }>;

export const ceremonyOf = (state: ConsoleState, { ceremony }: ShowView): CeremonyState | undefined =>
  state.ceremonies.find(({ id }) => id === ceremony);

/** The message that a screen is about: the one that it was opened for, or what is due. */
export function outgoingOf(state: ConsoleState, view: ShowView): Outgoing | undefined {
  const all = [...(ceremonyOf(state, view)?.exchange.show ?? []), ...state.outgoing];
  return view.outgoing === null ? all[0] : all.find(({ id }) => id === view.outgoing);
}

export interface Content {
  readonly id: string;
  readonly body: Uint8Array;
  readonly topic: Topic;
}

/** Reads the body of a message. Neither content nor failure: it is being read. */
export function useContent(id: string | null): {
  readonly content: Content | null;
  readonly failure: Failure | null;
} {
  const [read, setRead] = useState<{ readonly id: string; readonly got: Content | Failure } | null>(null);
  useEffect(() => {
    let current = id !== null;
    if (id !== null)
      void call('optical:content', { id }, 'Getting the message ready').then((result) => {
        if (!current) return;
        const got = result.ok
          ? { id, body: result.value.body, topic: decodeTopic(result.value.topic) ?? NO_TOPIC }
          : result.failure;
        setRead({ id, got });
      });
    return () => {
      current = false;
    };
  }, [id]);
  if (read?.id !== id) return { content: null, failure: null };
  return 'body' in read.got ? { content: read.got, failure: null } : { content: null, failure: read.got };
}
