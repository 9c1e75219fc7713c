/** Puts messages together from URs, in any order, with any of them missing or seen twice. */
import { crc32 } from '../wire/crc32.ts';
import { Elimination } from './elimination.ts';
import { Mixture } from './mixture.ts';
import type { UrPart } from './part.ts';
import { readUr, type UrFault } from './text.ts';

/** Messages that are put together at a time. */
const MAX_STREAMS = 4;
/** Finished messages that are remembered. */
const MAX_FINISHED = 1000;

/** How far a message is. */
export interface UrProgress {
  /** The same for all parts of a message: type, length and checksum. */
  readonly id: string;
  readonly type: string;
  /** Parts that said something new, and how many it takes. */
  readonly rank: number;
  readonly needed: number;
  /** Bytes of the whole message. */
  readonly length: number;
}

export type UrHeard =
  /** Not a UR, or a damaged one. */
  | { readonly what: 'noise'; readonly fault: UrFault }
  /** A part of a message that is finished. */
  | { readonly what: 'ignored'; readonly id: string }
  | { readonly what: 'progress'; readonly progress: UrProgress; readonly fresh: boolean }
  /** All parts were there and the message is not what its checksum says: one of them was made up. It starts again. */
  | { readonly what: 'spoilt'; readonly id: string }
  | {
      readonly what: 'finished';
      readonly progress: UrProgress;
      readonly type: string;
      /** The message. Its checksum fits; whether it is CBOR of that type is for the caller to see. */
      readonly cbor: Uint8Array;
    };

interface Stream {
  readonly id: string;
  readonly type: string;
  readonly length: number;
  readonly checksum: number;
  readonly count: number;
  readonly mixture: Mixture;
  readonly rows: Elimination;
  /** Numbers of parts that were taken: the same one again costs nothing. */
  readonly seen: Set<number>;
  lastUse: number;
}

export class UrReceiver {
  readonly #streams = new Map<string, Stream>();
  readonly #finished = new Set<string>();
  #uses = 0;

  /** Messages that are not finished, the furthest first. */
  progress(): UrProgress[] {
    return [...this.#streams.values()].map(progressOf).sort((a, b) => b.rank - a.rank);
  }

  /** Takes what a code carries, or a line of a file. Never throws: whatever passes a camera may come here. */
  add(text: string): UrHeard {
    const read = readUr(text);
    switch (read.what) {
      case 'fault':
        return { what: 'noise', fault: read.fault };
      case 'whole':
        return this.#whole(read.type, read.cbor);
      case 'part':
        return this.#part(read.type, read.part);
    }
  }

  #whole(type: string, cbor: Uint8Array): UrHeard {
    const id = idOf(type, cbor.length, crc32(cbor));
    if (this.#finished.has(id)) return { what: 'ignored', id };
    this.#finish(id);
    const progress = { id, type, rank: 1, needed: 1, length: cbor.length };
    return { what: 'finished', progress, type, cbor };
  }

  #part(type: string, part: UrPart): UrHeard {
    const id = idOf(type, part.length, part.checksum);
    if (this.#finished.has(id)) return { what: 'ignored', id };
    // The same message cut in another way is another row of parts.
    const key = `${id} ${part.count} ${part.fragment.length}`;
    const stream = this.#streams.get(key) ?? this.#open(key, id, type, part);
    this.#uses += 1;
    stream.lastUse = this.#uses;
    const fresh = take(stream, part);
    if (!stream.rows.complete) return { what: 'progress', progress: progressOf(stream), fresh };
    this.#streams.delete(key);
    const cbor = stream.rows.solve().slice(0, stream.length);
    if (crc32(cbor) !== stream.checksum) return { what: 'spoilt', id };
    this.#finish(id);
    return { what: 'finished', progress: progressOf(stream), type, cbor };
  }

  /** Memory is taken as parts come, never for what a part announces. */
  #open(key: string, id: string, type: string, { length, checksum, count, fragment }: UrPart): Stream {
    if (this.#streams.size >= MAX_STREAMS) this.#giveUp();
    const stream = {
      ...{ id, type, length, checksum, count },
      mixture: new Mixture(count, checksum),
      rows: new Elimination(count, fragment.length),
      seen: new Set<number>(),
      lastUse: 0,
    };
    this.#streams.set(key, stream);
    return stream;
  }

  /** Gives up the message that is least far; among those, the one that was shown least lately. */
  #giveUp(): void {
    const [least] = [...this.#streams].sort(
      ([, a], [, b]) => a.rows.rank - b.rows.rank || a.lastUse - b.lastUse,
    );
    if (least !== undefined) this.#streams.delete(least[0]);
  }

  #finish(id: string): void {
    this.#finished.add(id);
    for (const oldest of this.#finished) {
      if (this.#finished.size <= MAX_FINISHED) break;
      this.#finished.delete(oldest);
    }
    for (const [key, stream] of this.#streams) if (stream.id === id) this.#streams.delete(key);
  }
}

/** Returns true when the part said something new. */
function take({ mixture, rows, seen }: Stream, { sequence, fragment }: UrPart): boolean {
  if (seen.has(sequence)) return false;
  const fresh = rows.add(mixture.fragments(sequence), fragment);
  if (fresh) seen.add(sequence);
  return fresh;
}

function idOf(type: string, length: number, checksum: number): string {
  return `${type} ${length} ${checksum.toString(16).padStart(8, '0')}`;
}

function progressOf({ id, type, rows, count, length }: Stream): UrProgress {
  return { id, type, rank: rows.rank, needed: count, length };
}
