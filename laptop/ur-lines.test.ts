/** Lines of URs: what comes out of them, and which line is named where something is wrong. */
import { describe, expect, it } from 'vitest';
import { openUrSender } from '../optical/ur/sender.ts';
import { writePart } from '../optical/ur/text.ts';
import { UsageError } from './errors.ts';
import { readUrLines } from './ur-lines.ts';

const WHOLE = 'ur:test/lsadaoaxjygonesw';
const CBOR = new Uint8Array(100).fill(3);
const sender = openUrSender('bytes', CBOR, 30);
/** A message that its checksum is not of. */
const madeUp = (sequence: number): string =>
  writePart('test', { sequence, count: 2, length: 100, checksum: 0x12345678, fragment: new Uint8Array(50) });

describe('lines', () => {
  it('are messages in the order in which they became whole, and what is left', () => {
    const lines = [
      sender.part(3),
      madeUp(1),
      '',
      WHOLE,
      ...[9, 8, 2, 1, 7].map((at) => sender.part(at)),
      WHOLE,
    ];
    expect(readUrLines(lines.join('\r\n'), 'f')).toEqual({
      messages: [
        { type: 'test', cbor: Uint8Array.of(0x83, 1, 2, 3), parts: 1 },
        { type: 'bytes', cbor: CBOR, parts: 4 },
      ],
      unfinished: [expect.objectContaining({ type: 'test', rank: 1, needed: 2 })],
    });
  });

  it.each<[string, string[], 1 | 2, string]>([
    ['nothing', ['', ' '], 2, 'f is empty: expected a line "ur:…", or several.'],
    ['another text', [WHOLE, '', 'bc1q…'], 2, 'f, line 3: this does not begin with "ur:".'],
    [
      'half a line',
      [WHOLE.slice(0, -1)],
      2,
      'f, line 1: the letters behind the last slash are not Bytewords.',
    ],
    [
      'a letter misread',
      ['ur:test/lsadaoaojygonesw'],
      2,
      'f, line 1: the checksum does not fit: something was',
    ],
    [
      'no type',
      ['ur:lsadaoaxjygonesw'],
      2,
      'f, line 1: expected ur:type/letters, or ur:type/1-9/letters for a',
    ],
    ['no part', ['ur:test/1-2/lsadaoaxjygonesw'], 2, 'f, line 1: this is not a part of a message.'],
    [
      'a part of too much',
      [
        writePart('x', {
          sequence: 1,
          count: 5000,
          length: 50_000,
          checksum: 1,
          fragment: new Uint8Array(10),
        }),
      ],
      2,
      'f, line 1: the message is larger than 1 MiB, or cut into more than 4096 parts.',
    ],
    [
      'parts that were made up',
      [madeUp(1), sender.part(1), madeUp(2)],
      1,
      'f, line 3: with this part the message is whole, and its checksum does not fit.',
    ],
  ])('of %s are refused', (_, lines, exitCode, sentence) => {
    let thrown: unknown;
    try {
      readUrLines(lines.join('\n'), 'f');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UsageError);
    expect(thrown).toMatchObject({ exitCode, message: expect.stringContaining(sentence) as string });
  });
});
