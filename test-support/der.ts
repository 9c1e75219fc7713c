/** Changing one part of a structure in DER, with everything around it written anew. */
import { elements, readDer, writeDer } from '../ceremony/timestamp/der.ts';

export type Edit = (parts: Uint8Array[]) => Uint8Array[];

/** Changes the parts of the element at `path` (numbers of elements, from the outside in). */
export function change(bytes: Uint8Array, path: readonly number[], edit: Edit): Uint8Array {
  const element = readDer(bytes, 'test');
  const parts: Uint8Array[] = elements(element, 'test').map(({ raw }) => Uint8Array.from(raw));
  const [first, ...rest] = path;
  if (first === undefined) return writeDer(element.tag, ...edit(parts));
  parts[first] = change(parts[first] ?? new Uint8Array(0), rest, edit);
  return writeDer(element.tag, ...parts);
}

/** The part with this number replaced, or taken out. */
export const put =
  (at: number, ...bytes: Uint8Array[]): Edit =>
  (parts) => [...parts.slice(0, at), ...bytes, ...parts.slice(at + 1)];

/** An INTEGER of one byte. */
export const int = (value: number): Uint8Array => writeDer(0x02, Uint8Array.of(value));

/** One more part at the end. */
export const more: Edit = (parts) => [...parts, int(1)];
