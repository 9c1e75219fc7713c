import { argon2id } from 'hash-wasm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../test-support/random.ts';
import { encodeCodex32 } from './codex32/checksum.ts';
import { groupsOf, LINE_LENGTH } from './lines.ts';
import { decodeContent, encodeContent, type SheetContent, type SheetFacts } from './payload.ts';
import { openContent, sealContent, type SheetKdf } from './seal.ts';
import { readSheetText, sheetText } from './sheet.ts';

const facts: SheetFacts = {
  ...{
    rehearsal: true,
    suite: 'p256',
    threshold: 3,
    index: 300,
    epoch: 65535,
    fingerprint: '0123456789abcdef',
  },
};
const random = seededRandom('share sheets');
const share = random(32);
const kdf: SheetKdf = (password, salt, cost, hashLength) =>
  argon2id({
    ...{ password, salt, hashLength, memorySize: 2 ** cost.memoryLog2, iterations: cost.passes },
    ...{ parallelism: 1, outputType: 'binary' },
  });
const plain: SheetContent = { kind: 'plain-sheet', facts, share };
const sealed = await sealContent(facts, share, 'a passphrase', { kdf, random });

const shareOf = (text: string): Uint8Array | null => {
  const reading = readSheetText(text);
  return reading.state === 'right' && reading.content.kind === 'plain-sheet' ? reading.content.share : null;
};
const replaced = (line: string, at: number, by: string): string =>
  line.slice(0, at) + by + line.slice(at + 1);
/** Another character of the alphabet than the one that stands there. */
const wrong = (line: string, at: number): string => replaced(line, at, line[at] === 'q' ? 'p' : 'q');

describe('the text of a sheet', () => {
  it('has three lines where it is plain and four where it is sealed, of 59 characters', () => {
    for (const [content, count] of [
      [plain, 3],
      [sealed, 4],
    ] as const) {
      const { lines, code, identifier } = sheetText(content);
      expect(lines).toHaveLength(count);
      for (const line of lines) {
        expect(line).toHaveLength(LINE_LENGTH);
        expect(line.slice(5, 9).toUpperCase()).toBe(identifier);
        expect(groupsOf(line).map((group) => group.length)).toEqual([3, ...new Array<number>(14).fill(4)]);
      }
      // QR's alphanumeric set.
      expect(code).toMatch(/^[0-9A-Z/]+$/);
      expect(readSheetText(code)).toEqual({ state: 'right', content });
    }
  });

  it('is read in any order, spacing and case, with numbers before the lines, broken into rows', () => {
    const { lines } = sheetText(plain);
    const [first = '', second = '', third = ''] = lines;
    for (const text of [
      lines.toReversed().join('\n'),
      lines.join(''),
      lines.map((line, at) => `${at + 1}  ${groupsOf(line).join(' ')}`).join('\r\n'),
      lines
        .map(
          (line, at) =>
            `${at + 1}. ${groupsOf(line).slice(0, 8).join('-')}\n   ${groupsOf(line).slice(8).join('-')}`,
        )
        .join('\n\n'),
      `${second.toUpperCase()}\n${Array.from(first).join(' ')}\n${third}\n${second}`,
      // As editors write it: a mark at the start, spaces that do not break, long dashes, quotation marks.
      `\ufeff${lines.map((line) => `\u201c${groupsOf(line).join('\u00a0')}\u201d`).join('\n')}`,
      lines.map((line) => groupsOf(line).join('\u2013')).join('\n'),
      // Without "RS1".
      lines.map((line) => line.slice(3)).join('\n'),
    ])
      expect(readSheetText(text), text).toMatchObject({ content: plain });
  });

  it('has every field that went in', () => {
    fc.assert(
      fc.property(
        fc.record({
          rehearsal: fc.boolean(),
          suite: fc.constantFrom('secp256k1', 'ed25519', 'p256'),
          threshold: fc.nat(65535),
          index: fc.nat(65535),
          epoch: fc.nat(65535),
          fingerprint: fc
            .uint8Array({ minLength: 8, maxLength: 8 })
            .map((bytes) => Buffer.from(bytes).toString('hex')),
        }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (drawn, bytes) => {
          const content: SheetContent = { kind: 'plain-sheet', facts: drawn, share: bytes };
          expect(readSheetText(sheetText(content).code)).toEqual({ state: 'right', content });
        },
      ),
    );
  });
});

describe('sealing', () => {
  it('gives the share for the passphrase and for nothing else', async () => {
    expect(await openContent(sealed, 'a passphrase', kdf)).toEqual(share);
    await expect(openContent(sealed, 'A passphrase', kdf)).rejects.toMatchObject({
      code: 'bad-sheet',
      message: expect.stringContaining('does not open with this passphrase') as string,
    });
  });

  it('binds every field', async () => {
    for (const changed of [
      ...[{ rehearsal: false }, { suite: 'ed25519' }, { threshold: 4 }, { index: 1 }, { epoch: 0 }].map(
        (one) => ({
          facts: { ...facts, ...one } as SheetFacts,
        }),
      ),
      { facts: { ...facts, fingerprint: '1123456789abcdef' } },
      { cost: { memoryLog2: 12, passes: 1 } },
      { salt: sealed.salt.map((byte) => byte ^ 1) },
      { box: sealed.box.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) },
    ])
      await expect(openContent({ ...sealed, ...changed }, 'a passphrase', kdf)).rejects.toThrow(
        'does not open',
      );
  });
});

describe('proposals', () => {
  const { lines } = sheetText(plain);
  const [first = '', second = '', third = ''] = lines;

  it('name line, group and character, and are not taken by themselves', () => {
    const damaged = [wrong(wrong(first, 10), 58), replaced(second, 20, 'o'), replaced(third, 3, '?')].join(
      '\n',
    );
    const reading = readSheetText(damaged);
    if (reading.state !== 'proposals') throw new Error('expected proposals');
    expect(
      reading.proposals.map(({ number, changes }) => [number, changes.map(({ position }) => position)]),
    ).toEqual([
      [1, [11, 59]],
      [2, [21]],
      [3, [4]],
    ]);
    expect(reading.proposals[0]?.sentence).toMatch(
      /^Line 1: group 2, character 4: "." may be "."; group 14, character 4: "." may be "."\.$/,
    );
    expect(reading.proposals[1]?.sentence).toMatch(/^Line 2: group 5, character 2: "O" may be "."\.$/);
    expect(reading.proposals[2]?.sentence).toBe('Line 3: group 1, character 1: unreadable, may be "R".');
    expect(shareOf(reading.text)).toEqual(share);
  });

  it('mend a damaged start, a character left out, and one too many', () => {
    for (const [at, damaged, sentence] of [
      [0, `k${first.slice(1)}`, 'Line 1: character 1: "K" may be "R".'],
      [1, second.slice(0, 30) + second.slice(31), 'Line 2: group 7, character'],
      [2, `${third.slice(0, 40)}x${third.slice(40)}`, 'is one character too many'],
    ] as const) {
      const reading = readSheetText(lines.toSpliced(at, 1, damaged).join('\n'));
      if (reading.state !== 'proposals') throw new Error('expected proposals');
      expect(reading.proposals.map(({ sentence: one }) => one).join()).toContain(sentence);
      expect(shareOf(reading.text)).toEqual(share);
    }
  });

  it('are right in 10,000 damages within the bound, and never a wrong share beyond it in 10,000', () => {
    const damages = (kind: 'within' | 'beyond') =>
      fc
        .record({ s: fc.integer({ min: 0, max: 7 }), e: fc.integer({ min: 0, max: 12 }), line: fc.nat(3) })
        .filter(({ s, e }) => 2 * s + e <= 8 === (kind === 'within') && s + e > 0)
        .chain(({ s, e, line }) =>
          fc.record({
            s: fc.constant(s),
            line: fc.constant(line),
            places: fc.uniqueArray(fc.integer({ min: 3, max: 58 }), { minLength: s + e, maxLength: s + e }),
            moves: fc.array(fc.integer({ min: 1, max: 31 }), { minLength: s, maxLength: s }),
          }),
        );
    const right = sheetText(sealed).lines;
    const counts = { right: 0, refused: 0 };
    const start = performance.now();
    for (const kind of ['within', 'beyond'] as const)
      fc.assert(
        fc.property(damages(kind), ({ s, line, places, moves }) => {
          const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
          let damaged = right[line]!;
          for (const [at, place] of places.entries()) {
            const moved = alphabet[alphabet.indexOf(damaged[place]!) ^ (moves[at] ?? 0)]!;
            damaged = replaced(damaged, place, at < s ? moved : '?');
          }
          let reading: ReturnType<typeof readSheetText>;
          try {
            reading = readSheetText(right.toSpliced(line, 1, damaged).join('\n'));
          } catch (error) {
            expect(error).toMatchObject({ code: 'bad-sheet' });
            expect(kind).toBe('beyond');
            counts.refused++;
            return;
          }
          if (reading.state !== 'proposals') throw new Error('a damaged line was taken as it is');
          expect(reading.text).toBe(right.join('\n'));
          counts.right++;
        }),
        { numRuns: 10_000 },
      );
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    console.log(
      `sheet lines: ${counts.right} mended, ${counts.refused} refused, none wrong, in ${seconds} s`,
    );
    expect(counts.right).toBeGreaterThanOrEqual(10_000);
    expect(counts.right + counts.refused).toBe(20_000);
  });
});

describe('refusals', () => {
  const { lines } = sheetText(plain);
  const [first = '', second = '', third = ''] = lines;
  const other = sheetText({ ...plain, share: random(32) }).lines;
  const tail = (text: string) => text.slice(3, 9);

  it.each([
    ['nothing', '', 'There is no line of a share sheet'],
    ['other text', 'hello', 'There is no line of a share sheet'],
    ['a missing line', [first, third].join('\n'), 'Line 2 of 3 is missing.'],
    ['two missing lines', second, 'Lines 1 and 3 of 3 are missing.'],
    ['a line of another sheet', [first, other[1], third].join('\n'), 'Line 2 is of another sheet'],
    [
      'a line cut off',
      [first, second.slice(0, 40), third].join('\n'),
      'line (RS1ZRXX…) has 40 characters'.replace('ZRXX', tail(second).slice(0, 4).toUpperCase()),
    ],
    [
      'a line beyond help',
      [first, [5, 15, 25, 35, 45, 55].reduce(wrong, second), third].join('\n'),
      'is too damaged',
    ],
  ])('%s', (_name, text, sentence) => {
    expect(() => readSheetText(text)).toThrow(expect.objectContaining({ code: 'bad-sheet' }) as Error);
    expect(() => readSheetText(text)).toThrow(sentence);
  });

  it('says which places to compare in other lines beside what is missing', () => {
    expect(() => readSheetText([wrong(first, 12), third].join('\n'))).toThrow(
      /^Line 2 of 3 is missing\. Line 1: compare group 3, character 2\.$/,
    );
  });

  it('shows nothing of the content, neither what was read nor what is proposed', () => {
    const unreadable = Array.from(first, (character, at) => (at >= 20 && at < 28 ? '?' : character)).join('');
    for (const text of [
      // Its start is lost: it begins in the middle of the share.
      [unreadable, second.slice(15), third].join('\n'),
      [unreadable, third].join('\n'),
      [wrong(first, 30), other[1]].join('\n'),
    ])
      try {
        readSheetText(text);
        expect.unreachable();
      } catch (error) {
        const { message } = error as Error;
        for (const line of [...lines, other[1]!]) {
          const content = line.slice(9).toUpperCase();
          for (let at = 0; at + 4 <= content.length; at++)
            expect(message).not.toContain(content.slice(at, at + 4));
        }
        expect(message).not.toContain('may be');
      }
  });

  it('a long text, before any of it is tried', () => {
    const text = `${'x'.repeat(58)}\n`.repeat(5000);
    const start = performance.now();
    expect(() => readSheetText(text)).toThrow('This has 5000 lines, and a share sheet has 3 or 4.');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(readSheetText([...lines, ...lines, ...lines, ...lines].join('\n')).state).toBe('right');
  });

  it('a line that is right by itself and does not belong: the check value of the whole', () => {
    const symbols = Array.from(second.slice(3, -13), (character) =>
      'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.indexOf(character),
    );
    symbols[20] = symbols[20]! ^ 1;
    const forged = encodeCodex32('rs', symbols);
    expect(() => readSheetText([first, forged, third].join('\n'))).toThrow('check value of the whole sheet');
    expect(() => readSheetText([first, second, forged, third].join('\n'))).toThrow('Line 2 is there twice');
  });

  it('content that is not known', () => {
    const bytes = encodeContent(plain);
    expect(decodeContent(bytes)).toEqual(plain);
    expect(() => decodeContent(bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)))).toThrow(
      'check value',
    );
    expect(() => encodeContent({ ...plain, share: random(31) })).toThrow('A share has 32 bytes');
  });
});
