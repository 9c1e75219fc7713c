/** Times and numbers as people read them. All times are UTC. */
import { useEffect, useState } from 'react';
import type { KeyState } from '../electron/ipc/state.ts';

/** `2026-08-24`. */
export const day = (time: string): string => time.slice(0, 10);
/** `14:05`. */
export const clock = (time: string): string => time.slice(11, 16);
/** `2026-08-24 14:05 UTC`. */
export const moment = (time: string): string => `${day(time)} ${clock(time)} UTC`;

/** Milliseconds since 1970, and again whenever `every` milliseconds have passed. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, every);
    return () => {
      clearInterval(timer);
    };
  }, [every]);
  return now;
}

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];
/** `Two`, `12`. */
export const numeral = (number: number): string => NUMBERS[number] ?? String(number);
/** `Two keys`, `12 keys`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${numeral(number)} ${number === 1 ? one : many}`;
/** `2 days`. */
export const plural = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** When a key is due, in words. */
export function dueWords(key: Pick<KeyState, 'since' | 'due' | 'cryptoperiod'>, now: number): string {
  // Nobody recorded when the epoch was planned: an import.
  if (key.since === null) return 'not known';
  if (key.cryptoperiod === null || key.due === null) return 'on demand';
  const days = Math.ceil((Date.parse(key.due) - now) / 86_400_000);
  if (days < 0) return `since ${plural(-days, 'day')}`;
  if (days === 0) return 'today';
  return days <= 60 ? `in ${plural(days, 'day')}` : day(key.due);
}

/** `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `7f3ac91e` as `7f3a·c91e`. */
export const grouped = (hex: string): string => hex.match(/.{1,4}/g)?.join('·') ?? hex;
