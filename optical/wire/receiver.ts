/** Puts messages together from frames, in any order, with any of them missing or seen twice. */
import { unpackBody } from './body.ts';
import { Block } from './block.ts';
import { coefficients, cut, placeOf, type Cut } from './fountain.ts';
import { decodeFrame, isNewerFrame, type Frame } from './frame.ts';
import { encodeTopic, type Topic } from './topic.ts';

/** Messages that are put together at a time: the other screen may still show the one before. */
const MAX_STREAMS = 4;
/** Most bytes of frames that are kept for unfinished messages together. */
const MAX_KEPT = 48 * 1024 * 1024;
/** Ids of finished messages that are remembered. */
const MAX_FINISHED = 10_000;

/** How far a message is. */
export interface Progress {
  /** Hex. */
  readonly id: string;
  readonly topic: Topic;
  /** Frames that said something new, and how many it takes. */
  readonly rank: number;
  readonly needed: number;
  /** Bytes of the whole body. */
  readonly length: number;
}

export type Heard =
  /** Not a frame of ours, or a damaged one. */
  | { readonly what: 'noise' }
  /** A frame of a later version of this program. */
  | { readonly what: 'newer' }
  /** A frame of a message that is finished, or that nobody wants. */
  | { readonly what: 'ignored'; readonly id: string }
  | { readonly what: 'progress'; readonly progress: Progress; readonly fresh: boolean }
  /** All frames were there and their sum is not what it should be: whoever showed them cheats. It starts again. */
  | { readonly what: 'spoilt'; readonly id: string }
  | { readonly what: 'message'; readonly progress: Progress; readonly messages: readonly Uint8Array[] };

interface Stream {
  readonly id: string;
  readonly topic: Topic;
  readonly cut: Cut;
  readonly blocks: readonly (Block | undefined)[];
  /** Sequence numbers that were taken: the same frame again costs nothing. */
  readonly seen: Set<number>;
  rank: number;
  lastUse: number;
}

export class Receiver {
  readonly #streams = new Map<string, Stream>();
  readonly #finished = new Set<string>();
  #uses = 0;

  /** Frames of this message are passed over from now on: it is here already, or not wanted. */
  ignore(id: string): void {
    this.#finished.add(id);
    for (const oldest of this.#finished) {
      if (this.#finished.size <= MAX_FINISHED) break;
      this.#finished.delete(oldest);
    }
    for (const [key, stream] of this.#streams) if (stream.id === id) this.#streams.delete(key);
  }

  /** Messages that are not finished, the furthest first. */
  progress(): Progress[] {
    return [...this.#streams.values()].map(progressOf).sort((a, b) => b.rank - a.rank);
  }

  /** Takes what a code carries. */
  add(bytes: Uint8Array): Heard {
    const frame = decodeFrame(bytes);
    if (frame === undefined) return { what: isNewerFrame(bytes) ? 'newer' : 'noise' };
    const id = toHex(frame.id);
    if (this.#finished.has(id)) return { what: 'ignored', id };
    const [key, stream] = this.#stream(id, frame);
    this.#uses += 1;
    stream.lastUse = this.#uses;
    const fresh = take(stream, frame);
    if (stream.rank < stream.cut.fragments) {
      if (fresh) this.#makeRoom(stream);
      return { what: 'progress', progress: progressOf(stream), fresh };
    }
    this.#streams.delete(key);
    const body = assemble(stream);
    const messages = toHex(body.subarray(0, frame.id.length)) === id ? unpackBody(body) : undefined;
    if (messages === undefined) return { what: 'spoilt', id };
    this.ignore(id);
    return { what: 'message', progress: progressOf(stream), messages };
  }

  /** Frames belong together when they agree on everything that is the same in all frames of a message. */
  #stream(id: string, { topic, length, payload }: Frame): [string, Stream] {
    const key = [id, length, payload.length, toHex(encodeTopic(topic))].join(' ');
    const known = this.#streams.get(key);
    if (known !== undefined) return [key, known];
    const made = cut(length, payload.length);
    const stream: Stream = {
      id,
      topic,
      cut: made,
      // Blocks take memory when their first frame comes.
      blocks: new Array<Block | undefined>(made.bounds.length - 1).fill(undefined),
      seen: new Set(),
      rank: 0,
      lastUse: 0,
    };
    if (this.#streams.size >= MAX_STREAMS) this.#giveUp(this.#least());
    this.#streams.set(key, stream);
    return [key, stream];
  }

  /** The message that is least far; among those, the one that was shown least lately. */
  #least(except?: Stream): Stream | undefined {
    return [...this.#streams.values()]
      .filter((stream) => stream !== except)
      .sort((a, b) => a.rank - b.rank || a.lastUse - b.lastUse)[0];
  }

  #giveUp(stream: Stream | undefined): void {
    for (const [key, other] of this.#streams) if (other === stream) this.#streams.delete(key);
  }

  #makeRoom(current: Stream): void {
    const kept = [...this.#streams.values()].reduce((sum, { rank, cut: { size } }) => sum + rank * size, 0);
    if (kept > MAX_KEPT) this.#giveUp(this.#least(current));
  }
}

/** Returns true when the frame said something new. */
function take(stream: Stream, { id, sequence, payload }: Frame): boolean {
  if (stream.seen.has(sequence)) return false;
  const { block, count, number } = placeOf(stream.cut, sequence);
  const blocks = stream.blocks as (Block | undefined)[];
  const into = (blocks[block] ??= new Block(count));
  if (into.complete) return false;
  const fresh = into.add(coefficients(id, block, number, count), payload);
  if (!fresh) return false;
  stream.seen.add(sequence);
  stream.rank += 1;
  return true;
}

function assemble({ cut: { length, size }, blocks }: Stream): Uint8Array {
  const body = new Uint8Array(length);
  let at = 0;
  for (const block of blocks)
    for (const fragment of block?.solve() ?? []) {
      body.set(fragment.subarray(0, Math.max(0, Math.min(size, length - at))), Math.min(at, length));
      at += size;
    }
  return body;
}

function progressOf({ id, topic, rank, cut: { fragments, length } }: Stream): Progress {
  return { id, topic, rank, needed: fragments, length };
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
