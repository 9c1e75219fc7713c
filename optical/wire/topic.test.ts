import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topics } from '../../test-support/frames.ts';
import { KINDS, NO_TOPIC, SENDERS, TOPIC_BYTES, decodeTopic, encodeTopic } from './topic.ts';

test('comes out as it went in', () => {
  fc.assert(
    fc.property(topics, (topic) => {
      const bytes = encodeTopic(topic);
      expect(bytes).toHaveLength(TOPIC_BYTES);
      expect(decodeTopic(bytes)).toEqual(topic);
    }),
  );
  expect(decodeTopic(encodeTopic(NO_TOPIC))).toEqual(NO_TOPIC);
});

test('kinds, senders and lengths that are not known mean nothing', () => {
  const bytes = encodeTopic(NO_TOPIC);
  expect(decodeTopic(Uint8Array.of(KINDS.length << 4, ...bytes.subarray(1)))).toBeUndefined();
  expect(decodeTopic(Uint8Array.of(SENDERS.length, ...bytes.subarray(1)))).toBeUndefined();
  expect(decodeTopic(bytes.subarray(1))).toBeUndefined();
  expect(decodeTopic(Uint8Array.of(...bytes, 0))).toBeUndefined();
});
