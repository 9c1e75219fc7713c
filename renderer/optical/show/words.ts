/** What the screen says about the codes it shows. */
import type { Layout, Reason } from '../../../optical/symbol/layout.ts';

/** `15`, `14.4`. */
const number = (value: number): string => String(Number(value.toFixed(1)));

const REASONS: Readonly<Record<Reason, string>> = {
  'small because fast': 'kept small: larger ones would flash',
  'slow because large': 'faster ones would flash',
  'one because two do not fit': 'two do not fit side by side',
  'less dense because more does not fit': 'denser ones do not fit into this window',
};

/** What it came to: "15 codes a second, kept small: larger ones would flash." */
export function rateWords({ frames, codes, rate, reasons }: Layout): string {
  const because = reasons.map((reason) => REASONS[reason]).join('; ');
  if (frames === 1) return `One code: it stands still.${because === '' ? '' : ` ${capital(because)}.`}`;
  const many = `${number(rate)} ${number(rate) === '1' ? 'code' : 'codes'} a second`;
  return `${codes === 2 ? `Two times ${many}` : many}${because === '' ? '' : `, ${because}`}.`;
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** `0:07`, `12:40`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
