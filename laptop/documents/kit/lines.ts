/** Text into lines of a given width. Words that are longer than a line are cut, and what others wrote is made harmless. */
import { plainLine } from '../../../ceremony/plain.ts';
import type { Face, Fonts } from './fonts.ts';

/** How a piece of text looks. Sizes in points. */
export interface Style {
  readonly face: Face;
  readonly size: number;
  readonly colour: string;
}

export const LINE = 1.35;
export const lineHeight = (style: Style): number => style.size * LINE;

/** Lines no wider than `width` points. Line breaks of the text are kept; an empty text is one empty line. */
export function linesOf(fonts: Fonts, text: string, style: Style, width: number): string[] {
  return text.split('\n').flatMap((line) => wrap(fonts, plainLine(line), style, width));
}

function wrap(fonts: Fonts, text: string, style: Style, width: number): string[] {
  const measure = (part: string): number => fonts.width(part, style.face, style.size);
  const space = measure(' ');
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    for (const part of measure(word) > width ? cut(word, width, measure) : [word]) {
      const wide = measure(part);
      const first = line === '';
      if (!first && used + space + wide > width) {
        lines.push(line);
        line = '';
        used = 0;
      }
      used += (line === '' ? 0 : space) + wide;
      line = line === '' ? part : `${line} ${part}`;
    }
  }
  return [...lines, line];
}

/** A long word in pieces that fit. After a hyphen, slash or dot where there is one in the last third of a piece. */
function cut(word: string, width: number, measure: (part: string) => number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (part !== '' && measure(part + character) > width) {
      const at =
        Math.max(part.lastIndexOf('-'), part.lastIndexOf('/'), part.lastIndexOf('.'), part.lastIndexOf('_')) +
        1;
      const good = at > (part.length * 2) / 3 ? at : part.length;
      parts.push(part.slice(0, good));
      part = part.slice(good);
    }
    part += character;
  }
  return [...parts, part];
}

/** A text on one line, shortened at its end. */
export function oneLine(fonts: Fonts, text: string, style: Style, width: number): string {
  const plain = plainLine(text);
  if (fonts.width(plain, style.face, style.size) <= width) return plain;
  const characters = Array.from(plain);
  while (
    characters.length > 0 &&
    fonts.width(`${characters.join('').trimEnd()}…`, style.face, style.size) > width
  )
    characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
