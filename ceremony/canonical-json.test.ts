import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../crypto/bytes.ts';
import { refusal } from '../test-support/engine.ts';
import { canonicalJson, canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';

describe('canonical JSON', () => {
  it('has sorted keys, no spaces, and the number and string forms of RFC 8785', () => {
    expect(canonicalJson({ b: [1, 0.5, 1e30], a: 'é"\n€', '€': null, A: true })).toBe(
      '{"A":true,"a":"é\\"\\n€","b":[1,0.5,1e+30],"€":null}',
    );
  });

  it('gives back what was written, and one newline at the end', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const bytes = canonicalJsonFile(value);
        expect(bytes.at(-1)).toBe(0x0a);
        expect(JSON.stringify(parseCanonicalJsonFile(bytes, 'file'))).toBeDefined();
        expect(canonicalJsonFile(parseCanonicalJsonFile(bytes, 'file'))).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('has no form for what JSON cannot say', async () => {
    expect((await refusal(() => canonicalJson(undefined))).code).toBe('bad-encoding');
  });

  it.each([
    ['another order of keys', '{"b":1,"a":2}\n'],
    ['spaces', '{"a": 1}\n'],
    ['no newline at the end', '{"a":1}'],
    ['two newlines at the end', '{"a":1}\n\n'],
    ['Windows line ends', '{"a":1}\r\n'],
    ['a byte order mark', '\ufeff{"a":1}\n'],
    ['a repeated key', '{"a":1,"a":1}\n'],
    ['a number in another form', '{"a":1.0}\n'],
    ['an escape that is not needed', '{"a":"\\u0062"}\n'],
  ])('refuses %s, and says not to reformat the file', async (_what, text) => {
    const refused = await refusal(() => parseCanonicalJsonFile(utf8ToBytes(text), 'plan.json'));
    expect(refused.code).toBe('bad-encoding');
    expect(refused.message).toMatch(/^plan\.json: /);
    expect(refused.next).toMatch(/file/);
  });

  it.each([
    ['text that is no JSON', utf8ToBytes('{a:1}\n')],
    ['nothing', new Uint8Array(0)],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22, 0x0a)],
  ])('refuses %s', async (_what, bytes) => {
    const refused = await refusal(() => parseCanonicalJsonFile(bytes, 'plan.json'));
    expect(refused).toMatchObject({ code: 'bad-encoding', message: 'plan.json: this is not JSON.' });
  });
});

it.each([
  ['a half character', '{"a":"\\ud800"}\n'],
  ['a number beyond a double', '{"a":1e999}\n'],
  ['endless nesting', `${'['.repeat(200_000)}${']'.repeat(200_000)}\n`],
])('refuses JSON that has no canonical form: %s', async (_, text) => {
  const { code, message } = await refusal(() => parseCanonicalJsonFile(utf8ToBytes(text), 'Plan'));
  expect(code).toBe('bad-encoding');
  expect(message).toContain('Plan');
});
