/** Both directions with @ngraveio/bc-ur, the implementation that most web wallets use: with loss, from the middle, at random. */
import { UR, URDecoder, UREncoder } from '@ngraveio/bc-ur';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../wire/crc32.ts';
import { MAX_FRAGMENTS } from './part.ts';
import { UrReceiver, type UrHeard } from './receiver.ts';
import { openUrSender } from './sender.ts';
import { Xoshiro256 } from './xoshiro.ts';

/** A message of so many bytes that follows from `seed`. */
function messageOf(length: number, seed: string): Uint8Array {
  const random = new Xoshiro256(new TextEncoder().encode(seed));
  return Uint8Array.from({ length }, () => random.nextBelow(256));
}

const theirs = (cbor: Uint8Array, size: number, from = 0): UREncoder =>
  new UREncoder(new UR(Buffer.from(cbor), 'test'), size, from);

const message = fc.uint8Array({ minLength: 1, maxLength: 600 });
const size = fc.integer({ min: 10, max: 120 });

describe('what we send', () => {
  it('is what they send, part for part', () => {
    fc.assert(
      fc.property(message, size, fc.integer({ min: 0, max: 3000 }), (cbor, most, from) => {
        const encoder = theirs(cbor, most, from);
        const sender = openUrSender('test', cbor, most);
        for (let at = 1; at <= 5; at++) expect(sender.part(from + at)).toBe(encoder.nextPart());
      }),
      { numRuns: 60 },
    );
  });

  it('is what they send in long messages too, whose mixtures are large', () => {
    const cbor = messageOf(20_000, 'long');
    const encoder = theirs(cbor, 20, 1000);
    const sender = openUrSender('test', cbor, 20);
    for (let sequence = 1001; sequence <= 1008; sequence++)
      expect(sender.part(sequence)).toBe(encoder.nextPart());
  });

  it('is what they send at the end of all numbers', () => {
    const cbor = messageOf(300, 'end');
    const encoder = theirs(cbor, 20, 0xffff_fffd);
    const sender = openUrSender('test', cbor, 20);
    for (const sequence of [0xffff_fffe, 0xffff_ffff]) expect(sender.part(sequence)).toBe(encoder.nextPart());
  });

  it('is read by them, with parts missing, and from the middle', () => {
    const random = new Xoshiro256(new TextEncoder().encode('losses'));
    for (const [length, most, from] of [
      [500, 50, 1],
      [500, 50, 11],
      [3000, 100, 1],
      [3000, 100, 77],
    ] as const) {
      const cbor = messageOf(length, `${length} ${from}`);
      const sender = openUrSender('test', cbor, most);
      const decoder = new URDecoder();
      for (let sequence = from; !decoder.isComplete() && sequence < from + 2000; sequence++)
        if (random.nextBelow(10) >= 3) decoder.receivePart(sender.part(sequence));
      expect(decoder.isSuccess()).toBe(true);
      expect(new Uint8Array(decoder.resultUR().cbor)).toEqual(cbor);
      expect(decoder.resultUR().type).toBe('test');
    }
  });
});

describe('what they send', () => {
  it('is read here, with parts missing, from any part on, in any case', () => {
    fc.assert(
      fc.property(
        message,
        size,
        fc.integer({ min: 0, max: 3000 }),
        fc.infiniteStream(fc.boolean()),
        fc.boolean(),
        (cbor, most, from, kept, upper) => {
          const encoder = theirs(cbor, most, from);
          const receiver = new UrReceiver();
          let heard: UrHeard | undefined;
          for (let shown = 0; heard?.what !== 'finished' && shown < 1000; shown++) {
            const part = encoder.nextPart();
            if (kept.next().value) heard = receiver.add(upper ? part.toUpperCase() : part);
          }
          expect(heard).toMatchObject({ what: 'finished', type: 'test', cbor });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is understood from fewer parts than they need', () => {
    const needed = { here: 0, there: 0 };
    const random = new Xoshiro256(new TextEncoder().encode('late'));
    for (let run = 0; run < 12; run++) {
      const cbor = messageOf(2000, `late ${run}`);
      // A camera that comes late, and misses three parts of ten.
      const encoder = theirs(cbor, 40, 60);
      const receiver = new UrReceiver();
      const decoder = new URDecoder();
      const done = { here: false, there: false };
      while (!done.here || !done.there) {
        const part = encoder.nextPart();
        if (random.nextBelow(10) < 3) continue;
        if (!done.here) needed.here += 1;
        if (!done.there) needed.there += 1;
        done.here ||= receiver.add(part).what === 'finished';
        decoder.receivePart(part);
        done.there = decoder.isComplete();
      }
    }
    // 50 fragments, 12 times.
    expect(needed.here).toBeLessThan(1.15 * 12 * 50);
    expect(needed.there).toBeGreaterThan(1.3 * needed.here);
  });
});

describe('a message of as many fragments as are taken', () => {
  it('is put together from mixed parts alone', () => {
    const cbor = messageOf(MAX_FRAGMENTS * 10, 'many');
    const sender = openUrSender('test', cbor, 10);
    expect(sender.count).toBe(MAX_FRAGMENTS);
    const receiver = new UrReceiver();
    let heard: UrHeard = receiver.add(sender.part(1));
    // Half as they are, half from mixtures.
    for (let sequence = MAX_FRAGMENTS / 2; heard.what === 'progress'; sequence++)
      heard = receiver.add(sender.part(sequence));
    expect(heard.what === 'finished' && crc32(heard.cbor)).toBe(crc32(cbor));
  });
});
