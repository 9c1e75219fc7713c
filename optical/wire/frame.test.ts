import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sealed, topics } from '../../test-support/frames.ts';
import { packBody } from './body.ts';
import { coefficients } from './fountain.ts';
import {
  FRAME_OVERHEAD,
  FRAME_VERSION,
  MAX_BODY,
  MAX_FRAME,
  MIN_PAYLOAD,
  decodeFrame,
  encodeFrame,
  isNewerFrame,
  type Frame,
} from './frame.ts';
import { openSender } from './sender.ts';
import { NO_TOPIC, decodeTopic } from './topic.ts';

const frames: fc.Arbitrary<Frame> = fc
  .uint8Array({ minLength: MIN_PAYLOAD, maxLength: 300 })
  .chain((payload) =>
    fc.record({
      id: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      topic: topics,
      length: fc.integer({ min: payload.length, max: MIN_PAYLOAD * 65_536 }),
      sequence: fc.nat(2 ** 32 - 1),
      payload: fc.constant(payload),
    }),
  );
const sample: Frame = {
  id: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  topic: NO_TOPIC,
  length: 100,
  sequence: 3,
  payload: new Uint8Array(50).fill(9),
};
/** A real frame with some bytes of it replaced and a right checksum. */
function changed(at: number, ...bytes: number[]): Uint8Array {
  const out = encodeFrame(sample);
  out.set(bytes, at);
  return sealed(out);
}

test('comes out as it went in', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const bytes = encodeFrame(frame);
      expect(bytes).toHaveLength(frame.payload.length + FRAME_OVERHEAD);
      expect(decodeFrame(bytes)).toEqual(frame);
    }),
  );
});

test('does not keep hold of the bytes that it was read from', () => {
  const bytes = encodeFrame(sample);
  const frame = decodeFrame(bytes)!;
  bytes.fill(0);
  expect(frame).toEqual(sample);
});

test('lies anywhere in a larger buffer', () => {
  const bytes = encodeFrame(sample);
  expect(decodeFrame(Uint8Array.of(1, 2, 3, ...bytes, 4).subarray(3, 3 + bytes.length))).toEqual(sample);
});

test('any change of any byte is noticed', () => {
  fc.assert(
    fc.property(frames, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, place, change) => {
      const bytes = encodeFrame(frame);
      bytes[place % bytes.length]! ^= change;
      expect(decodeFrame(bytes)).toBeUndefined();
    }),
  );
});

describe('refused, though the checksum is right:', () => {
  test('the same frame, unchanged, is not', () => {
    expect(decodeFrame(changed(0))).toEqual(sample);
  });

  test.each([
    ['another first letter', changed(0, 0x53)],
    ['another second letter', changed(1, 0x52)],
    ['version 0', changed(2, 0)],
    ['a newer version', changed(2, FRAME_VERSION + 1)],
    ['another kind', changed(3, 1)],
    ['a topic of a kind that nobody knows', changed(12, 0xf0)],
    ['a body of no bytes', changed(20, 0, 0, 0, 0)],
    ['a body larger than the largest', sealedWith({ length: MAX_BODY + 1, payload: new Uint8Array(300) })],
    ['a body of four gigabytes', changed(20, 255, 255, 255, 255)],
    ['more payload than body', changed(20, 0, 0, 0, 49)],
    [
      'a part that is finer than there is reason for',
      sealedWith({ payload: new Uint8Array(MIN_PAYLOAD - 1) }),
    ],
    ['more fragments than 65536', sealedWith({ length: 65_536 * 50 + 1 })],
  ])('%s', (_, bytes) => {
    expect(decodeFrame(bytes)).toBeUndefined();
  });

  test('at the limits it is read', () => {
    const payload = new Uint8Array(MAX_FRAME - FRAME_OVERHEAD);
    for (const frame of [
      { ...sample, payload: new Uint8Array(MIN_PAYLOAD) },
      { ...sample, length: 50 },
      { ...sample, length: 65_536 * 50 },
      { ...sample, length: MAX_BODY, payload, sequence: 2 ** 32 - 1 },
      { ...sample, length: 1, payload: new Uint8Array(1) },
    ])
      expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  });
});

function sealedWith(part: Partial<Frame>): Uint8Array {
  return encodeFrame({ ...sample, ...part });
}

test('refused whatever its checksum: too short, too long, cut off', () => {
  const bytes = encodeFrame(sample);
  for (let length = 0; length < bytes.length; length++) {
    expect(decodeFrame(bytes.subarray(0, length))).toBeUndefined();
    if (length <= FRAME_OVERHEAD) expect(decodeFrame(sealed(bytes.subarray(0, length)))).toBeUndefined();
  }
  const long = { ...sample, length: MAX_BODY, payload: new Uint8Array(MAX_FRAME - FRAME_OVERHEAD + 1) };
  expect(decodeFrame(encodeFrame(long))).toBeUndefined();
});

test('a frame of a newer version is told from one that is not ours', () => {
  expect(isNewerFrame(changed(2, FRAME_VERSION + 1))).toBe(true);
  expect(isNewerFrame(changed(2, 200))).toBe(true);
  expect(isNewerFrame(encodeFrame(sample))).toBe(false);
  expect(isNewerFrame(changed(0, 0x53, 0x52, 9))).toBe(false);
  expect(isNewerFrame(new Uint8Array(0))).toBe(false);
});

/** The format as it was shown to people: laptops with different versions of this program must understand each other. */
describe('the bytes are pinned', () => {
  interface Pinned {
    readonly messages: readonly string[];
    readonly topic: string;
    readonly capacity: number;
    readonly frames: Readonly<Record<string, string>>;
  }
  const fixture = JSON.parse(readFileSync(new URL('frames.fixture.json', import.meta.url), 'utf8')) as {
    readonly senders: Readonly<Record<string, Pinned>>;
    readonly coefficients: readonly {
      id: string;
      block: number;
      number: number;
      count: number;
      row: string;
    }[];
  };
  const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

  test.each(Object.entries(fixture.senders))('%s', (_, { messages, topic, capacity, frames: pinned }) => {
    const sender = openSender(packBody(messages.map(unhex)), decodeTopic(unhex(topic))!, capacity);
    for (const [sequence, bytes] of Object.entries(pinned))
      expect(Buffer.from(sender.frame(Number(sequence))).toString('hex')).toBe(bytes);
  });

  test('coefficients', () => {
    for (const { id, block, number, count, row } of fixture.coefficients)
      expect(Buffer.from(coefficients(unhex(id), block, number, count)).toString('hex')).toBe(row);
  });
});
