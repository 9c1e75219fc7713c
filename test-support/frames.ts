/** Frames and topics for tests: any of them, and damaged ones whose checksum is right. */
import fc from 'fast-check';
import { crc32 } from '../optical/wire/crc32.ts';
import { KINDS, SENDERS, type Topic } from '../optical/wire/topic.ts';

export const topics: fc.Arbitrary<Topic> = fc.record({
  kind: fc.constantFrom(...KINDS),
  round: fc.nat(255),
  sender: fc.constantFrom(...SENDERS),
  number: fc.nat(65_535),
  ceremony: fc.uint8Array({ minLength: 4, maxLength: 4 }),
});

/** Puts the right checksum under bytes that were changed. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  if (out.length >= 4)
    new DataView(out.buffer).setUint32(out.length - 4, crc32(out.subarray(0, out.length - 4)));
  return out;
}
