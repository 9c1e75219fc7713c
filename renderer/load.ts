/** Something a screen reads once from the program, and may read again. */
import { useEffect, useState } from 'react';
import type { InvokeChannel, InvokeInput, InvokeOutput } from '../electron/ipc/contract.ts';
import type { Failure } from './bridge.ts';
import { call } from './store.ts';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly again: () => void;
}

/** Reads when the screen opens, when the input changes, and when `mark` does. Keeps the last value meanwhile. */
export function useLoad<C extends InvokeChannel>(
  channel: C,
  input: InvokeInput<C>,
  what: string,
  mark: string | number = 0,
): Loaded<InvokeOutput<C>> {
  const [value, setValue] = useState<InvokeOutput<C>>();
  const [failure, setFailure] = useState<Failure>();
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify(input);
  useEffect(() => {
    let current = true;
    void call(channel, JSON.parse(key) as InvokeInput<C>, what).then((result) => {
      if (!current) return;
      if (result.ok) setValue(result.value);
      setFailure(result.ok ? undefined : result.failure);
    });
    return () => {
      current = false;
    };
  }, [channel, key, what, mark, turn]);
  return {
    value,
    failure,
    again: () => {
      setTurn((last) => last + 1);
    },
  };
}
