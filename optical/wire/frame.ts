/**
 * One frame: what one code carries. Big-endian, offsets in bytes:
 *
 *      0  "RS"
 *      2  version: 1
 *      3  kind. 0: a part of a message. 1: the link test (link.ts)
 *      4  id of the message (8): the first bytes of its body
 *     12  topic (8), see topic.ts
 *     20  length of the body (4)
 *     24  sequence number (4), see fountain.ts
 *     28  payload, as long in every frame of a message
 *      …  CRC-32 over all before (4)
 */
import { crc32 } from './crc32.ts';
import { MAX_FRAGMENTS } from './fountain.ts';
import { decodeTopic, encodeTopic, type Topic } from './topic.ts';

export const FRAME_VERSION = 1;
const DATA = 0;
const HEADER = 28;
/** Bytes of a frame that are not payload. */
export const FRAME_OVERHEAD = HEADER + 4;
/** Fewest bytes of payload in a frame of a message that needs several. */
export const MIN_PAYLOAD = 32;
/** Most bytes of a frame: what a code of version 40 holds. */
export const MAX_FRAME = 2953;
export const ID_BYTES = 8;
/** Most bytes of a body: the largest message, packed, with its digest. */
export const MAX_BODY = 17 * 1024 * 1024;

export interface Frame {
  /** The first eight bytes of the body. */
  readonly id: Uint8Array;
  readonly topic: Topic;
  /** Bytes of the whole body. */
  readonly length: number;
  /** 0 to 2³² − 1. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** "RS", version 1, kind 0. */
const START = [0x52, 0x53, FRAME_VERSION, DATA] as const;

export function encodeFrame(frame: Frame): Uint8Array {
  const out = new Uint8Array(HEADER + frame.payload.length + 4);
  const view = new DataView(out.buffer);
  out.set(START);
  out.set(frame.id, 4);
  out.set(encodeTopic(frame.topic), 12);
  view.setUint32(20, frame.length);
  view.setUint32(24, frame.sequence);
  out.set(frame.payload, HEADER);
  view.setUint32(out.length - 4, crc32(out.subarray(0, out.length - 4)));
  return out;
}

/** Undefined for whatever is not a whole frame of this version: other people's codes pass the camera too. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length <= FRAME_OVERHEAD || bytes.length > MAX_FRAME) return undefined;
  if (START.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(bytes.length - 4) !== crc32(bytes.subarray(0, bytes.length - 4))) return undefined;
  const topic = decodeTopic(bytes.slice(12, 20));
  const length = view.getUint32(20);
  const payload = bytes.slice(HEADER, bytes.length - 4);
  if (topic === undefined || length === 0 || length > MAX_BODY) return undefined;
  // A body that fits into one frame fills it; one that does not has no reason to be cut finer than this.
  if (payload.length > length || (payload.length < length && payload.length < MIN_PAYLOAD)) return undefined;
  if (payload.length * MAX_FRAGMENTS < length) return undefined;
  return { id: bytes.slice(4, 12), topic, length, sequence: view.getUint32(24), payload };
}

/** True for a frame of a version that this program does not know: somebody has a newer one. */
export function isNewerFrame(bytes: Uint8Array): boolean {
  return bytes[0] === START[0] && bytes[1] === START[1] && (bytes[2] ?? 0) > FRAME_VERSION;
}
