import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityOf } from '../symbol/draw.ts';
import { DENSITIES } from '../symbol/presets.ts';
import { crc32 } from './crc32.ts';
import { decodeFrame, isNewerFrame } from './frame.ts';
import { DECODERS, decodeLink, encodeLink, MAX_MEASURES, type LinkFrame, type LinkReport } from './link.ts';
import { openSender } from './sender.ts';
import { NO_TOPIC } from './topic.ts';

const u8 = (min = 0): fc.Arbitrary<number> => fc.integer({ min, max: 255 });
const u16 = (min = 0): fc.Arbitrary<number> => fc.integer({ min, max: 65535 });
const hundredths = (min = 0): fc.Arbitrary<number> => u16(min).map((value) => value / 100);
const nonce = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .filter((bytes) => bytes.some((byte) => byte !== 0));
const report: fc.Arbitrary<LinkReport> = fc.record({
  nonce,
  pass: u16(),
  complete: fc.boolean(),
  camera: fc.record({ width: u16(), lines: u16(), rate: hundredths() }),
  decoder: fc.constantFrom(...DECODERS),
  measures: fc.array(
    fc.record({
      version: fc.integer({ min: 1, max: 40 }),
      pixels: u8(1),
      pixelsPerModule: hundredths(),
      hits: u8().map((value) => value / 255),
    }),
    { maxLength: MAX_MEASURES },
  ),
});
const frame: fc.Arbitrary<LinkFrame> = fc.record({
  nonce,
  sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  pass: u16(),
  place: u8(),
  inRow: u8(1),
  version: fc.constantFrom(...DENSITIES),
  pixels: u8(1),
  stays: u16(1),
  screen: fc.record({ width: u16(), height: u16(), scale: hundredths(1), refreshRate: hundredths(1) }),
  report: fc.option(report),
});

const example: LinkFrame = {
  nonce: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  sequence: 0x01020304,
  pass: 2,
  place: 7,
  inRow: 6,
  version: 10,
  pixels: 9,
  stays: 167,
  screen: { width: 1280, height: 610, scale: 1.5, refreshRate: 59.94 },
  report: {
    nonce: Uint8Array.of(9, 10, 11, 12, 13, 14, 15, 16),
    pass: 1,
    complete: true,
    camera: { width: 1280, lines: 720, rate: 29.97 },
    decoder: 'zxing',
    measures: [
      { version: 6, pixels: 12, pixelsPerModule: 8.25, hits: 1 },
      { version: 40, pixels: 3, pixelsPerModule: 2.06, hits: 51 / 255 },
    ],
  },
};

describe('a code of the link test', () => {
  it('comes back as it was, and is as long as a code of its version holds', () => {
    fc.assert(
      fc.property(frame, (given) => {
        const bytes = encodeLink(given);
        expect(bytes.length).toBe(capacityOf(given.version));
        expect(decodeLink(bytes)).toEqual(given);
      }),
    );
  });

  it('has these bytes for ever', () => {
    const bytes = encodeLink(example);
    expect(Buffer.from(bytes.subarray(0, 61)).toString('hex')).toBe(
      '52530101010203040506070801020304000207060a0900a705000262009617' +
        '6a090a0b0c0d0e0f10000101050002d00bb50102060c0339ff280300ce33',
    );
    expect(bytes.length).toBe(271);
    // Of all before it, filler included.
    expect(Buffer.from(bytes.subarray(267)).toString('hex')).toBe('1477f539');
    expect(zlibCrc32(bytes.subarray(0, 267))).toBe(0x1477f539);
  });

  it('is no frame of a message, and a frame of a message is none', () => {
    expect(decodeFrame(encodeLink(example))).toBeUndefined();
    expect(isNewerFrame(encodeLink(example))).toBe(false);
    const body = new Uint8Array(3000).fill(7);
    expect(decodeLink(openSender(body, NO_TOPIC, 134).frame(0))).toBeUndefined();
  });

  it('is refused when a bit is wrong, bytes are missing, or there are more', () => {
    const bytes = encodeLink(example);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeLink(damaged)).toBeUndefined();
      }),
    );
    expect(decodeLink(bytes.subarray(0, -1))).toBeUndefined();
    expect(decodeLink(Uint8Array.of(...bytes, 0))).toBeUndefined();
    expect(decodeLink(new Uint8Array())).toBeUndefined();
  });

  it('is refused, and nothing throws, whatever bytes come with a right checksum', () => {
    const sealed = (bytes: Uint8Array): Uint8Array => {
      const out = bytes.slice();
      new DataView(out.buffer).setUint32(out.length - 4, crc32(out.subarray(0, out.length - 4)));
      return out;
    };
    const changed = (at: number, value: number): Uint8Array => {
      const out = encodeLink(example);
      out[at] = value;
      return sealed(out);
    };
    // Sound, to begin with.
    expect(decodeLink(changed(18, 8))).toEqual({ ...example, place: 8 });
    const wrong: readonly (readonly [number, number])[] = [
      [2, 2],
      [3, 0],
      [19, 0],
      [20, 0],
      [20, 5],
      [20, 41],
      [20, 14],
      [21, 0],
      [42, 2],
      [49, 3],
      [50, 15],
      [51, 0],
      [51, 41],
      [52, 0],
    ];
    for (const [at, value] of wrong)
      expect(decodeLink(changed(at, value)), `${at}: ${value}`).toBeUndefined();
    fc.assert(
      fc.property(frame, fc.uint8Array({ minLength: 40, maxLength: 40 }), (given, noise) => {
        const bytes = encodeLink(given);
        bytes.set(noise, 18);
        const read = decodeLink(sealed(bytes));
        if (read !== undefined) expect(encodeLink(read).length).toBe(bytes.length);
      }),
    );
  });

  it('must have room for its report', () => {
    expect(() => encodeLink({ ...example, version: 5 })).toThrow(RangeError);
    const measure = example.report?.measures[0];
    if (measure === undefined || example.report === null) throw new Error('a measure expected');
    const measures = Array.from({ length: MAX_MEASURES }, () => measure);
    const full = { ...example, version: 6, report: { ...example.report, measures } };
    expect(decodeLink(encodeLink(full))).toEqual(full);
    const more = { ...full, report: { ...full.report, measures: [...measures, measure] } };
    expect(() => encodeLink(more)).toThrow(RangeError);
  });
});
