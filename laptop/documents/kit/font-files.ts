/**
 * The font files of printed pages: four faces, each a chain of files by script, because a file of a family holds one part
 * of Unicode. Nothing that is printed is remembered here: secret sheets use it too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Face = 'text' | 'strong' | 'mono' | 'monoStrong';

const ATKINSON = 'atkinson-hyperlegible-next';
const PLEX = 'ibm-plex-mono';
const chain = (weight: number, heavy: number): readonly string[] => [
  `${ATKINSON}-latin-${weight}-normal`,
  `${ATKINSON}-latin-ext-${weight}-normal`,
  // Atkinson Hyperlegible has no Cyrillic.
  `${PLEX}-cyrillic-${heavy}-normal`,
];
const monoChain = (weight: number): readonly string[] =>
  ['latin', 'latin-ext', 'cyrillic'].map((script) => `${PLEX}-${script}-${weight}-normal`);

/** Names of the files of a face: the first that has a character draws it. */
export const CHAINS: Readonly<Record<Face, readonly string[]>> = {
  text: chain(400, 400),
  strong: chain(700, 600),
  mono: monoChain(400),
  monoStrong: monoChain(600),
};

/** No ligatures: in a fixed-width face "fi" would be one cell wide. A slashed zero where the face has one. */
export const FEATURES = { liga: false, zero: true };

/** What stands for a character that no file has: its number, so that a name is never printed with a hole. */
export const numberOf = (codePoint: number): string =>
  `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;

/** Where the font files lie: beside the sources, or beside the built program. */
function folder(): string {
  const places = [
    join(import.meta.dirname, '..', '..', '..', 'assets', 'fonts'),
    join(import.meta.dirname, 'fonts'),
  ];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`no fonts in ${places.join(' or ')}`);
  return found;
}

let files: ReadonlyMap<string, Buffer> | undefined;
/** All font files by name, read once. */
export function fontFiles(): ReadonlyMap<string, Buffer> {
  files ??= new Map(
    [...new Set(Object.values(CHAINS).flat())].map((name) => [
      name,
      readFileSync(join(folder(), `${name}.ttf`)),
    ]),
  );
  return files;
}
