/** Shows a body as an endless row of frames, or as a single one where it fits. */
import { FRAME_OVERHEAD, ID_BYTES, MAX_BODY, MAX_FRAME, MIN_PAYLOAD, encodeFrame } from './frame.ts';
import { MAX_FRAGMENTS, coefficients, cut, placeOf, type Cut } from './fountain.ts';
import { addScaled } from './gf256.ts';
import type { Topic } from './topic.ts';

export interface Sender {
  readonly id: Uint8Array;
  readonly topic: Topic;
  readonly cut: Cut;
  /** Bytes of every frame. */
  readonly frameBytes: number;
  /**
   * Frame `sequence` (0 to 2³² − 1): the same number gives the same bytes. A body that fits into one frame is the same
   * frame for every number: there is nothing to animate.
   */
  frame(sequence: number): Uint8Array;
}

/**
 * @param body as `packBody` makes it
 * @param capacity most bytes of a frame: what a code of the wanted density holds
 * @throws RangeError for a body or capacity that is out of range
 */
export function openSender(body: Uint8Array, topic: Topic, capacity: number): Sender {
  const most = Math.min(capacity, MAX_FRAME) - FRAME_OVERHEAD;
  if (body.length < ID_BYTES || body.length > MAX_BODY)
    throw new RangeError(`a body of ${body.length} bytes`);
  if (most < 2 * MIN_PAYLOAD) throw new RangeError(`frames of ${capacity} bytes are too small`);
  if (most * MAX_FRAGMENTS < body.length)
    throw new RangeError(`frames of ${capacity} bytes are too small for a body of ${body.length} bytes`);
  // As few frames as the capacity allows, and those as small as they can be: a code that is less dense reads better.
  const made = cut(body.length, Math.ceil(body.length / Math.ceil(body.length / most)));
  const id = body.slice(0, ID_BYTES);
  const fragment = (at: number): Uint8Array => body.subarray(at * made.size, (at + 1) * made.size);
  return {
    id,
    topic,
    cut: made,
    frameBytes: made.size + FRAME_OVERHEAD,
    frame(number) {
      const sequence = made.fragments === 1 ? 0 : number;
      const { block, first, count, number: place } = placeOf(made, sequence);
      const payload = new Uint8Array(made.size);
      if (place < count) payload.set(fragment(first + place));
      else
        coefficients(id, block, place, count).forEach((factor, at) => {
          addScaled(payload, fragment(first + at), factor);
        });
      return encodeFrame({ id, topic, length: body.length, sequence, payload });
    },
  };
}
