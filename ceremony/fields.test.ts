import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusal } from '../test-support/engine.ts';
import {
  bytes,
  bytesUpTo,
  hexBytes,
  holderIndex,
  identityKey,
  longText,
  parseFields,
  suiteName,
  text,
  timestamp,
} from './fields.ts';

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('field types', () => {
  it.each(['Carol', 'a', 'Zoë 三', '👩‍🔧', 'कृष्ण', '\u200ba', '한글', '.', 'two words', 'x'.repeat(200)])(
    'text: accepts "%s"',
    (value) => {
      expect(accepts(text, value)).toBe(true);
    },
  );
  it.each([
    '',
    ' Carol',
    'Carol ',
    'two\nlines',
    'tab\there',
    'bell\u0007',
    'right\u202eleft',
    'isolate\u2066',
    'mark\u200f',
    'delete\u007f',
    'next line\u0085x',
    'x'.repeat(201),
    'half \ud83d',
    '\udc00\ud800',
    '\u200b',
    '\u3164',
    '\u200d \u2060',
    '\ufe0f\u00ad',
    '\u{e0020}',
    7,
  ])('text: refuses %j', (value) => {
    expect(accepts(text, value)).toBe(false);
  });

  it('long text: at most 4000 characters', () => {
    expect(accepts(longText, 'x'.repeat(4000))).toBe(true);
    expect(accepts(longText, 'x'.repeat(4001))).toBe(false);
    for (const value of ['', 'a', ' a\nb '])
      expect(accepts(longText, value), JSON.stringify(value)).toBe(true);
    for (const value of ['half \udc00', '\u3164', ' \n', '\u200b \u200b'])
      expect(accepts(longText, value), JSON.stringify(value)).toBe(false);
  });

  it('hex: lower case, exactly the length', () => {
    expect(accepts(hexBytes(2), '00ff')).toBe(true);
    for (const value of ['00FF', '00f', '00ff00', '', '0x0f', '00ff\n'])
      expect(accepts(hexBytes(2), value)).toBe(false);
  });

  it('holder index: 1 to 65535', () => {
    expect([1, 65535].every((value) => accepts(holderIndex, value))).toBe(true);
    for (const value of [0, -1, 65536, 1.5, '1', Number.NaN]) expect(accepts(holderIndex, value)).toBe(false);
  });

  it('suite: one of the three', () => {
    expect(accepts(suiteName, 'p256')).toBe(true);
    expect(accepts(suiteName, 'P256')).toBe(false);
  });

  it.each([
    '2026-11-23T09:00:00+00:00',
    '2026-11-23T09:00:00.000Z',
    '2026-11-23 09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-11-23T25:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-02-30T09:00:00Z',
    '2026-02-29T09:00:00Z',
    '2026-04-31T09:00:00Z',
    '2026-11-23',
  ])('timestamp: refuses %s', (value) => {
    expect(accepts(timestamp, '2026-11-23T09:00:00Z')).toBe(true);
    expect(accepts(timestamp, '2028-02-29T23:59:59Z')).toBe(true);
    expect(accepts(timestamp, value)).toBe(false);
  });

  it('identity key: a known algorithm and 32 or 33 bytes', () => {
    expect(accepts(identityKey, { alg: 'EdDSA', key: '00'.repeat(32) })).toBe(true);
    for (const value of [
      { alg: 'RS256', key: '00'.repeat(32) },
      { alg: 'EdDSA', key: '00'.repeat(31) },
      { alg: 'EdDSA', key: 'AA'.repeat(32) },
      { alg: 'EdDSA', key: '00'.repeat(32), use: 'sig' },
    ])
      expect(accepts(identityKey, value)).toBe(false);
  });

  it('byte strings: exactly, or at most, so many bytes; no other kind of array', () => {
    expect(accepts(bytes(2), Uint8Array.of(1, 2))).toBe(true);
    expect(accepts(bytes(2), Uint8Array.of(1))).toBe(false);
    expect(accepts(bytes(2), [1, 2])).toBe(false);
    expect(accepts(bytesUpTo(2), new Uint8Array(0))).toBe(true);
    expect(accepts(bytesUpTo(2), new Uint8Array(3))).toBe(false);
    expect(accepts(bytesUpTo(2), 'ab')).toBe(false);
  });
});

describe('parseFields', () => {
  const schema = z.strictObject({ holders: z.array(z.strictObject({ name: text })) });

  it('names document, field and expectation, with the code that was asked for', async () => {
    const value = { holders: [{ name: 'Carol' }, { name: ' Dave' }] };
    expect(await refusal(() => parseFields(schema, value, 'Plan', 'bad-plan'))).toMatchObject({
      code: 'bad-plan',
      message: 'Plan: field "holders.1.name": expected text without leading or trailing space.',
    });
  });

  it('refuses a field that is missing, and one too many, by name', async () => {
    const missing = await refusal(() => parseFields(schema, { holders: [{}] }, 'Plan', 'bad-plan'));
    expect(missing.message).toContain('field "holders.0.name"');
    const extra = await refusal(() =>
      parseFields(schema, { holders: [{ name: 'Carol', role: 'x' }] }, 'Plan', 'bad-plan'),
    );
    expect(extra.message).toMatch(/"holders\.0".*"role"/);
    const none = await refusal(() => parseFields(schema, 7, 'Plan', 'bad-plan'));
    expect(none.message).toMatch(/^Plan: /);
  });
});

it('shows control characters in the name of an unknown field instead of obeying them', async () => {
  const { message } = await refusal(() =>
    parseFields(z.strictObject({}), { 'x\u001b[2J\ny': 1 }, 'Card', 'bad-card'),
  );
  expect(message).toContain(String.raw`x\u001b[2J\u000ay`);
});
