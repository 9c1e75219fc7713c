/** Puts messages together from frames, in any order, with any of them missing or seen twice. */
import { unpackBody } from './body.ts';
import { Block } from './block.ts';
import { blockOf, coefficients, cut, placeOf, sequenceOf, type Cut } from './fountain.ts';
import { decodeFrame, isNewerFrame, type Frame } from './frame.ts';
import { encodeTopic, type Topic } from './topic.ts';

/** Messages that are put together at a time: the other screen may still show the one before. */
const MAX_STREAMS = 4;
/** Most bytes of memory for unfinished messages together: enough for the largest one, at whatever density. */
const MAX_KEPT = 128 * 1024 * 1024;
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
  /** The same for streams that are the same message, cut another way. */
  readonly message: string;
  readonly topic: Topic;
  readonly cut: Cut;
  readonly blocks: (Block | undefined)[];
  /** Sequence numbers that came: the same frame again costs nothing. */
  readonly seen: Set<number>;
  rank: number;
  /** Bytes of memory that its rows take, about. */
  kept: number;
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
    this.#forget(id);
  }

  #forget(id: string): void {
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
    if (messages === undefined) {
      // What was shown at other densities may be where the fault came from.
      this.#forget(id);
      return { what: 'spoilt', id };
    }
    this.ignore(id);
    return { what: 'message', progress: progressOf(stream), messages };
  }

  /** Frames belong together when they agree on everything that is the same in all frames of a message. */
  #stream(id: string, { id: frameId, topic, length, payload }: Frame): [string, Stream] {
    const message = [id, length, toHex(encodeTopic(topic))].join(' ');
    const key = `${message} ${payload.length}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return [key, known];
    const made = cut(length, payload.length);
    const stream: Stream = {
      id,
      message,
      topic,
      cut: made,
      // Blocks take memory when their first frame comes.
      blocks: new Array<Block | undefined>(made.bounds.length - 1).fill(undefined),
      seen: new Set(),
      rank: 0,
      kept: 0,
      lastUse: 0,
    };
    // Somebody has changed the density over there: what is known stays known.
    for (const other of this.#streams.values())
      if (other.message === message) carryOver(other, stream, frameId);
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
    const kept = [...this.#streams.values()].reduce((sum, stream) => sum + stream.kept, 0);
    if (kept > MAX_KEPT) this.#giveUp(this.#least(current) ?? current);
  }
}

/** Returns true when the frame said something new. */
function take(
  stream: Stream,
  { id, sequence, payload }: Pick<Frame, 'id' | 'sequence' | 'payload'>,
): boolean {
  if (stream.seen.has(sequence)) return false;
  const { block, count, number } = placeOf(stream.cut, sequence);
  const into = (stream.blocks[block] ??= new Block(count));
  if (into.complete) return false;
  // Of frames that say nothing new only so many are remembered: there is no end to them.
  if (stream.seen.size < 2 * stream.cut.fragments + 1024) stream.seen.add(sequence);
  const before = into.bytes;
  if (!into.add(coefficients(id, block, number, count), payload)) return false;
  stream.kept += into.bytes - before;
  stream.rank += 1;
  return true;
}

/** Gives a stream the fragments that lie wholly within known fragments of another cut of the same body. */
function carryOver(from: Stream, to: Stream, id: Uint8Array): void {
  for (let at = 0; at < to.cut.fragments; at++) {
    const payload = bytesOf(from, at * to.cut.size, to.cut.size);
    if (payload !== undefined) take(to, { id, sequence: sequenceOf(to.cut, at), payload });
  }
}

/** Bytes of a body that is not complete; zeros after its end. Undefined when some of them are not known. */
function bytesOf(
  { cut: { length, size, bounds }, blocks }: Stream,
  start: number,
  count: number,
): Uint8Array | undefined {
  const out = new Uint8Array(count);
  const end = Math.min(start + count, length);
  for (let at = start; at < end;) {
    const fragment = Math.floor(at / size);
    const block = blockOf(bounds, fragment);
    const known = blocks[block]?.fragment(fragment - (bounds[block] ?? 0));
    if (known === undefined) return undefined;
    const part = known.subarray(at - fragment * size, Math.min(size, end - fragment * size));
    out.set(part, at - start);
    at += part.length;
  }
  return out;
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
