import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, compareBytes, equalBytes, frame, fromHex, uintBytes, utf8ToBytes } from './bytes.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('fromHex', () => {
  it('undoes bytesToHex', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        expect(fromHex(bytesToHex(value))).toEqual(value);
      }),
    );
  });

  it.each(['a', 'abc', 'AB', 'aB', '0x00', ' 00', '00 ', '0 0', '00\n', '00\n11', 'gg', '٠٠'])(
    'refuses %j',
    (text) => {
      expect(() => fromHex(text)).toThrow('expected lower-case hex of even length');
    },
  );
});

describe('equalBytes', () => {
  it('is true for the same bytes, and false when one bit or the length differs', () => {
    expect(equalBytes(bytes(), bytes())).toBe(true);
    expect(equalBytes(bytes(), bytes(0))).toBe(false);
    expect(equalBytes(bytes(1, 2), bytes(1, 2, 0))).toBe(false);
    expect(equalBytes(bytes(1, 2, 0), bytes(1, 2))).toBe(false);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (value, at, bit) => {
          const other = Uint8Array.from(value);
          expect(equalBytes(value, other)).toBe(true);
          const place = at % value.length;
          other[place] = other[place]! ^ (1 << bit);
          expect(equalBytes(value, other)).toBe(false);
        },
      ),
    );
  });

  it('does not let two differences cancel each other', () => {
    expect(equalBytes(bytes(1, 1), bytes(0, 0))).toBe(false);
    expect(equalBytes(bytes(1, 255), bytes(2, 254))).toBe(false);
  });
});

describe('compareBytes', () => {
  it('orders bytewise, without signs, a prefix before what it is a prefix of (RFC 8949 §4.2.1)', () => {
    const ordered = [
      bytes(),
      bytes(0),
      bytes(0, 0),
      bytes(0, 255),
      bytes(1),
      bytes(127),
      bytes(128),
      bytes(255),
    ];
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries()) expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(i - j));
  });

  it('is the order of the hex texts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (a, b) => {
        const [x, y] = [bytesToHex(a), bytesToHex(b)];
        expect(Math.sign(compareBytes(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
    );
  });
});

describe('uintBytes', () => {
  it('writes big-endian, at the ends of each length too', () => {
    expect(uintBytes(0, 0)).toEqual(bytes());
    expect(uintBytes(0, 2)).toEqual(bytes(0, 0));
    expect(uintBytes(1, 4)).toEqual(bytes(0, 0, 0, 1));
    expect(uintBytes(255, 1)).toEqual(bytes(255));
    expect(uintBytes(0x010203, 3)).toEqual(bytes(1, 2, 3));
    // Beyond 32 bits, where shifts would lose the upper half.
    expect(uintBytes(Number.MAX_SAFE_INTEGER, 8)).toEqual(bytes(0, 31, 255, 255, 255, 255, 255, 255));
  });

  it('undone gives the number', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(Number(`0x${bytesToHex(uintBytes(value, 7))}`)).toBe(value);
      }),
    );
  });

  it.each([
    [256, 1],
    [1, 0],
    [2 ** 32, 4],
    [Number.MAX_SAFE_INTEGER, 6],
  ])('refuses %d in %d bytes', (value, length) => {
    expect(() => uintBytes(value, length)).toThrow(
      new RangeError(`${value} does not fit in ${length} bytes`),
    );
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'refuses %d: not a whole number ≥ 0',
    (value) => {
      expect(() => uintBytes(value, 8)).toThrow(new RangeError('expected a whole number ≥ 0'));
    },
  );
});

describe('frame', () => {
  it('puts four bytes of length before each part', () => {
    expect(frame()).toEqual(bytes());
    expect(frame(bytes())).toEqual(bytes(0, 0, 0, 0));
    expect(frame(utf8ToBytes('ab'), bytes(), bytes(7))).toEqual(
      bytes(0, 0, 0, 2, 97, 98, 0, 0, 0, 0, 0, 0, 0, 1, 7),
    );
    expect(frame(new Uint8Array(258)).slice(0, 4)).toEqual(bytes(0, 0, 1, 2));
  });

  it('gives the same bytes for the same list only: the list can be read back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 6 }), (parts) => {
        const framed = frame(...parts);
        const read: Uint8Array[] = [];
        for (let at = 0; at < framed.length;) {
          const length = new DataView(framed.buffer, framed.byteOffset).getUint32(at);
          read.push(framed.slice(at + 4, at + 4 + length));
          at += 4 + length;
        }
        expect(read).toEqual(parts);
      }),
    );
  });

  it('tells apart what joined without lengths would be the same', () => {
    const lists = [['ab', 'c'], ['a', 'bc'], ['abc'], ['', 'abc'], ['abc', ''], ['a', 'b', 'c']];
    const framed = lists.map((list) => bytesToHex(frame(...list.map(utf8ToBytes))));
    expect(new Set(framed).size).toBe(lists.length);
  });
});
