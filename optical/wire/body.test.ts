import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_MESSAGES, packBody, unpackBody } from './body.ts';
import { MAX_BODY } from './frame.ts';

const messages = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 10 });

/** A body with a right digest over whatever it holds. */
const digested = (rest: Uint8Array): Uint8Array => Uint8Array.of(...sha256(rest), ...rest);

test('what was packed comes out', () => {
  fc.assert(
    fc.property(messages, (list) => {
      expect(unpackBody(packBody(list))).toEqual(list);
    }),
  );
});

test('a body with any byte changed, cut off or added is refused', () => {
  fc.assert(
    fc.property(messages, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, place, change) => {
      const body = packBody(list);
      const changed = body.slice();
      changed[place % body.length]! ^= change;
      expect(unpackBody(changed)).toBeUndefined();
      expect(unpackBody(body.subarray(0, place % body.length))).toBeUndefined();
      expect(unpackBody(Uint8Array.of(...body, change))).toBeUndefined();
    }),
  );
});

test.each([
  ['nothing at all', new Uint8Array(0)],
  ['a digest of nothing', digested(new Uint8Array(0))],
  ['a length that is cut off', digested(Uint8Array.of(0, 0, 0))],
  ['a message longer than the rest', digested(Uint8Array.of(0, 0, 0, 3, 1, 2))],
  ['a length of four gigabytes', digested(Uint8Array.of(255, 255, 255, 255, 1, 2))],
  ['bytes after the last message', digested(Uint8Array.of(0, 0, 0, 1, 7, 0))],
  ['more messages than there may be', digested(new Uint8Array(4 * (MAX_MESSAGES + 1)))],
])('%s is refused, whatever its digest', (_, body) => {
  expect(unpackBody(body)).toBeUndefined();
});

test('as many messages as there may be, all of them empty', () => {
  expect(unpackBody(digested(new Uint8Array(4 * MAX_MESSAGES)))).toHaveLength(MAX_MESSAGES);
});

test('no message, too many, too large: there is no such body', () => {
  expect(() => packBody([])).toThrow(RangeError);
  expect(() => packBody(new Array<Uint8Array>(MAX_MESSAGES + 1).fill(new Uint8Array(1)))).toThrow(RangeError);
  expect(() => packBody([new Uint8Array(MAX_BODY - 35)])).toThrow(RangeError);
  expect(packBody([new Uint8Array(MAX_BODY - 36)])).toHaveLength(MAX_BODY);
});
