/** The receiver: any order, repeats, several messages at a time; and what it refuses, for it reads whatever a camera sees. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textCapacityOf } from '../symbol/draw-text.ts';
import { crc32 } from '../wire/crc32.ts';
import { encodeBytewords } from './bytewords.ts';
import { encodePart, MAX_FRAGMENTS, MAX_MESSAGE, type UrPart } from './part.ts';
import { UrReceiver, type UrHeard } from './receiver.ts';
import { largestFragment, openUrSender } from './sender.ts';
import { MAX_TEXT, readUr, writePart, writeWhole } from './text.ts';

const CBOR = Uint8Array.from({ length: 200 }, (_, at) => (at * 89) & 0xff);
const sender = openUrSender('bytes', CBOR, 20);
const part: UrPart = {
  sequence: 3,
  count: 10,
  length: 200,
  checksum: crc32(CBOR),
  fragment: CBOR.slice(40, 60),
};
const first = (receiver: UrReceiver, from: number, to: number): UrHeard[] =>
  Array.from({ length: to - from + 1 }, (_, at) => receiver.add(sender.part(from + at)));

describe('parts', () => {
  it('come in any order, and again', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.integer({ min: 10, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 60 }),
        (cbor, most, order) => {
          const made = openUrSender('x-1', cbor, most);
          const receiver = new UrReceiver();
          const whole = Array.from({ length: made.count }, (_, at) => at + 1);
          const heard = [...order, ...whole.reverse()].map((sequence) => receiver.add(made.part(sequence)));
          const finished = heard.filter(({ what }) => what === 'finished');
          expect(finished).toHaveLength(1);
          expect(finished[0]).toMatchObject({
            type: 'x-1',
            cbor,
            progress: { rank: made.count, needed: made.count, length: cbor.length },
          });
          // Once it is finished, further parts are passed over.
          expect(receiver.add(made.part(1))).toEqual({ what: 'ignored', id: expect.any(String) as string });
          expect(receiver.progress()).toEqual([]);
        },
      ),
    );
  });

  it('say how far the message is, and whether they brought something', () => {
    const receiver = new UrReceiver();
    const id = `bytes 200 ${part.checksum.toString(16).padStart(8, '0')}`;
    const progress = { id, type: 'bytes', rank: 1, needed: 10, length: 200 };
    expect(receiver.add(sender.part(4))).toEqual({ what: 'progress', fresh: true, progress });
    expect(receiver.add(sender.part(4))).toEqual({ what: 'progress', fresh: false, progress });
    expect(receiver.add(sender.part(5))).toMatchObject({ fresh: true, progress: { rank: 2 } });
    expect(receiver.progress()).toEqual([{ ...progress, rank: 2 }]);
  });

  it('of several messages, and of one cut in two ways, are kept apart', () => {
    const other = openUrSender(
      'bytes',
      CBOR.map((byte) => byte ^ 1),
      20,
    );
    const typed = openUrSender('test', CBOR, 20);
    const finer = openUrSender('bytes', CBOR, 10);
    const receiver = new UrReceiver();
    for (let sequence = 1; sequence < 10; sequence++)
      for (const one of [sender, other, typed, finer])
        expect(receiver.add(one.part(sequence)).what).toBe('progress');
    expect(receiver.progress().map(({ rank }) => rank)).toEqual([9, 9, 9, 9]);
    expect(receiver.add(other.part(10))).toMatchObject({
      what: 'finished',
      cbor: CBOR.map((byte) => byte ^ 1),
    });
    expect(receiver.add(typed.part(10))).toMatchObject({ what: 'finished', type: 'test', cbor: CBOR });
    expect(receiver.add(sender.part(10))).toMatchObject({ what: 'finished', type: 'bytes', cbor: CBOR });
    // The other cut was of the same message: it is not wanted any more.
    expect(receiver.progress()).toEqual([]);
    expect(receiver.add(finer.part(10)).what).toBe('ignored');
  });

  it('of another size that claim to be of the same message do not disturb it', () => {
    const receiver = new UrReceiver();
    first(receiver, 1, 9);
    for (const size of [21, 22])
      expect(receiver.add(writePart('bytes', { ...part, fragment: new Uint8Array(size) }))).toMatchObject({
        what: 'progress',
        progress: { rank: 1, needed: 10 },
      });
    expect(receiver.add(sender.part(10))).toMatchObject({ what: 'finished', cbor: CBOR });
  });

  it('of a fifth message take the place of the one that is least far', () => {
    const receiver = new UrReceiver();
    first(receiver, 1, 5);
    for (let at = 0; at < 20; at++)
      receiver.add(
        openUrSender(
          'bytes',
          CBOR.map((byte) => byte ^ (at + 1)),
          20,
        ).part(1),
      );
    expect(receiver.progress().map(({ rank }) => rank)).toEqual([5, 1, 1, 1]);
    expect(first(receiver, 6, 10).at(-1)).toMatchObject({ what: 'finished', cbor: CBOR });
  });

  it('that were made up spoil the message, which then starts again', () => {
    const receiver = new UrReceiver();
    receiver.add(writePart('bytes', { ...part, fragment: part.fragment.map((byte) => byte ^ 1) }));
    const heard = first(receiver, 1, 10);
    expect(heard.at(-1)).toEqual({ what: 'spoilt', id: expect.any(String) as string });
    expect(receiver.progress()).toEqual([]);
    expect(first(receiver, 1, 10).at(-1)).toMatchObject({ what: 'finished', cbor: CBOR });
  });
});

describe('a single UR', () => {
  it('is a message at once, and once', () => {
    const receiver = new UrReceiver();
    expect(receiver.add('UR:TEST/LSADAOAXJYGONESW')).toMatchObject({
      what: 'finished',
      type: 'test',
      cbor: Uint8Array.of(0x83, 1, 2, 3),
      progress: { rank: 1, needed: 1, length: 4 },
    });
    expect(receiver.add('ur:test/lsadaoaxjygonesw').what).toBe('ignored');
    // Of another type it is another message.
    expect(receiver.add('ur:bytes/lsadaoaxjygonesw').what).toBe('finished');
  });

  it('ends the parts of the same message', () => {
    const receiver = new UrReceiver();
    first(receiver, 1, 5);
    expect(receiver.add(writeWhole('bytes', CBOR)).what).toBe('finished');
    expect(first(receiver, 6, 10).map(({ what }) => what)).toEqual(Array(5).fill('ignored'));
  });
});

describe('text that is refused', () => {
  const raw = (type: string, place: string, bytes: readonly number[] | Uint8Array): string =>
    `ur:${type}/${place}/${encodeBytewords(Uint8Array.from(bytes))}`;
  const changed = (change: Partial<UrPart>): string => writePart('bytes', { ...part, ...change });
  const cbor = [...encodePart(part)];
  it.each<[string, string, string]>([
    ['nothing', '', 'not-a-ur'],
    ['a link', 'https://example.org/', 'not-a-ur'],
    ['no type', 'ur:/lsadaoaxjygonesw', 'bad-form'],
    ['a type with other characters', 'ur:te_st/lsadaoaxjygonesw', 'bad-form'],
    ['a type with a letter that only looks like one', 'ur:\u212Aey/lsadaoaxjygonesw', 'bad-form'],
    ['a type of 65 characters', `ur:${'t'.repeat(65)}/lsadaoaxjygonesw`, 'bad-form'],
    ['no letters', 'ur:test/', 'bad-form'],
    ['a place too many', 'ur:test/1-2/3-4/lsadaoaxjygonesw', 'bad-form'],
    ['a line break behind it', 'ur:test/lsadaoaxjygonesw\n', 'bad-form'],
    ['part 0', 'ur:test/0-9/lsadaoaxjygonesw', 'bad-form'],
    ['part 1 of 0', 'ur:test/1-0/lsadaoaxjygonesw', 'bad-form'],
    ['letters that are not of words', 'ur:test/lsadaoaxjygonesx', 'not-words'],
    ['a letter missing', 'ur:test/lsadaoaxjygones', 'not-words'],
    ['no more than half a checksum', 'ur:test/aeae', 'not-words'],
    ['a letter misread', 'ur:test/lsadaoaojygonesw', 'bad-checksum'],
    ['a message of nothing', `ur:test/${encodeBytewords(new Uint8Array())}`, 'bad-part'],
    ['no part behind a place', 'ur:test/3-10/lsadaoaxjygonesw', 'bad-part'],
    ['another sequence than the text says', raw('bytes', '4-10', cbor), 'bad-part'],
    ['another count than the text says', raw('bytes', '3-11', cbor), 'bad-part'],
    ['bytes behind the part', raw('bytes', '3-10', [...cbor, 0]), 'bad-part'],
    ['bytes missing', raw('bytes', '3-10', cbor.slice(0, -1)), 'bad-part'],
    ['an array of four', raw('bytes', '3-10', [0x84, ...cbor.slice(1)]), 'bad-part'],
    ['a number in a longer form', raw('bytes', '3-10', [0x85, 0x18, 3, ...cbor.slice(2)]), 'bad-part'],
    ['a number of eight bytes', raw('bytes', '3-10', [0x85, 0x1b, 0, 0, 0, 0, 0, 0, 0, 3]), 'bad-part'],
    ['a negative number', raw('bytes', '3-10', [0x85, 0x22, ...cbor.slice(2)]), 'bad-part'],
    [
      'text for a fragment',
      raw('bytes', '3-10', [...cbor.slice(0, -21), 0x74, ...part.fragment]),
      'bad-part',
    ],
    ['nothing behind the array', raw('bytes', '3-10', [0x85]), 'bad-part'],
    ['no fragment', changed({ fragment: new Uint8Array() }), 'bad-part'],
    ['a message of no length', changed({ length: 0 }), 'bad-part'],
    ['a message longer than its fragments', changed({ length: 201 }), 'bad-part'],
    ['a fragment that nothing is in', changed({ length: 180 }), 'bad-part'],
    [
      'a message one byte longer than is taken',
      changed({ fragment: new Uint8Array(1024), length: MAX_MESSAGE + 1, count: 1025 }),
      'too-large',
    ],
    [
      'a message that is far longer',
      changed({ length: 0xffff_ffff, count: Math.ceil(0xffff_ffff / 20) }),
      'too-large',
    ],
    [
      'more fragments than are taken',
      changed({ length: 20 * MAX_FRAGMENTS + 1, count: MAX_FRAGMENTS + 1 }),
      'too-large',
    ],
    ['text that is too long', `ur:bytes/${'ae'.repeat(MAX_TEXT / 2)}`, 'too-large'],
  ])('%s', (_, text, fault) => {
    const receiver = new UrReceiver();
    expect(receiver.add(text)).toEqual({ what: 'noise', fault });
    expect(receiver.progress()).toEqual([]);
  });

  it('is any other, without an exception', () => {
    const receiver = new UrReceiver();
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `ur:${text}`),
      fc.uint8Array().map((bytes) => raw('bytes', '1-2', bytes)),
      fc
        .tuple(fc.nat(300), fc.nat(30), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([sequence, at, by]) => {
          const text = sender.part(sequence + 1);
          return `${text.slice(0, at)}${by}${text.slice(at + 1)}`;
        }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(['noise', 'progress', 'finished', 'ignored']).toContain(receiver.add(text).what);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a sender', () => {
  it.each<[string, string, number, number, string]>([
    ['a type in upper case', 'Bytes', 10, 10, '"Bytes" is no type of a UR'],
    ['no type', '', 10, 10, '"" is no type of a UR'],
    ['no message', 'bytes', 0, 10, 'expected a message of 1 to 1048576 bytes, found 0'],
    ['a message too long', 'bytes', MAX_MESSAGE + 1, 1000, 'found 1048577'],
    ['fragments too short', 'bytes', 10, 9, 'expected fragments of at least 10 bytes, found 9'],
    ['half a byte', 'bytes', 100, 10.5, 'found 10.5'],
    ['too many fragments', 'bytes', 10 * MAX_FRAGMENTS + 1, 10, 'more than 4096 parts'],
  ])('refuses %s', (_, type, length, most, sentence) => {
    expect(() => openUrSender(type, new Uint8Array(length), most)).toThrow(sentence);
  });

  it('refuses numbers that no part has', () => {
    for (const sequence of [0, -1, 1.5, 2 ** 32]) expect(() => sender.part(sequence)).toThrow(RangeError);
  });

  it('fills a code as far as it can, and no further', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 1, max: 5000 }), (version, length) => {
        const characters = textCapacityOf(version);
        const most = largestFragment('crypto-output', length, characters);
        if (most === undefined) return;
        const cbor = new Uint8Array(length).fill(7);
        const made = openUrSender('crypto-output', cbor, most);
        for (const sequence of [1, made.count, 70_000, 0xffff_ffff])
          expect(made.part(sequence).length).toBeLessThanOrEqual(characters);
        // It takes several where one does not hold it.
        if (made.count > 1) expect(writeWhole('crypto-output', cbor).length).toBeGreaterThan(characters);
      }),
    );
    expect(largestFragment('bytes', 500, 60)).toBeUndefined();
    // Of 1853 characters 81 are for the longest numbers there can be, or stay empty.
    expect(largestFragment('bytes', 100_000, textCapacityOf(25))).toBe(886);
  });
});

describe('what is read', () => {
  it('is what was written', () => {
    expect(readUr(sender.part(3))).toEqual({ what: 'part', type: 'bytes', part });
  });
});
