/** The record that the laptops file: the same on all of them, complete, and plain whatever somebody wrote into it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import { ceremony, committeeOf, generated, type Ended, type Shape } from '../test-support/records.ts';
import { canonicalJson } from './canonical-json.ts';
import { plainLine } from './plain.ts';
import { buildRecord, checksums } from './record.ts';
import { STANDARD_CONTRIBUTIONS, type Contributions } from './rounds/contributions.ts';
import { verifyRecord } from './verify/verify.ts';

const pair: Shape = { suite: 'secp256k1', holders: 2, threshold: 2, seed: 'record' };
const text = (files: Ended['files'], path: string): string => new TextDecoder().decode(files.get(path));
const linesOf = (files: Ended['files']): Record<string, unknown>[] =>
  text(files, 'transcript.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Holder 2 signs a deal with something in it that no deal has. */
const withField = (name: string, value: unknown): Contributions => ({
  ...STANDARD_CONTRIBUTIONS,
  contributeDeal: (...given) => {
    const { body, sealed } = STANDARD_CONTRIBUTIONS.contributeDeal(...given);
    return { body: { ...body, [name]: value }, sealed };
  },
});

describe('the record of a completed ceremony', () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await generated(pair);
  });

  it('is filed by everybody who takes part in the end, byte for byte the same', () => {
    const id = bytesToHex(ended.context.id);
    for (const role of ended.run.roles) {
      const own = ended.run.laptop(role).records.get(id);
      expect([...(own ?? new Map<string, Uint8Array>()).keys()].sort()).toEqual(
        [...ended.files.keys()].sort(),
      );
      for (const [path, bytes] of ended.files) expect(equalBytes(own!.get(path)!, bytes)).toBe(true);
    }
  });

  it('has one file for each thing it consists of', () => {
    const envelopes = ['r0-a1-approver-1', 'r5-a1-witness-1'];
    for (const round of [1, 2, 3, 4])
      for (const holder of [1, 2]) envelopes.push(`r${round}-a1-holder-${holder}`);
    expect([...ended.files.keys()].sort()).toEqual(
      [
        'README.txt',
        'SHA256SUMS',
        'checkpoint',
        'keys/after.json',
        'plan.json',
        'proofs/1.json',
        'transcript.jsonl',
        ...envelopes.map((name) => `envelopes/${name}.cose`),
      ].sort(),
    );
  });

  it('lists all files but the list itself, in order of path', () => {
    const lines = text(ended.files, 'SHA256SUMS').trimEnd().split('\n');
    const paths = lines.map((line) => line.slice(66));
    expect(paths).toEqual([...ended.files.keys()].filter((path) => path !== 'SHA256SUMS').sort());
    expect(checksums(new Map([...ended.files].reverse()))).toEqual(ended.files.get('SHA256SUMS'));
  });

  it('leaves out what was sealed', () => {
    const bundle = ended.run.administrator.view.bundles.find(({ round }) => round === 1)!;
    expect([...bundle.sealed.values()].map((subShares) => subShares.size)).toEqual([2, 2]);
    const whole = [...ended.files.values()].map((bytes) => bytesToHex(bytes)).join();
    for (const subShares of bundle.sealed.values())
      for (const ciphertext of subShares.values()) expect(whole).not.toContain(bytesToHex(ciphertext));
  });

  it('has canonical lines, numbered, each with a salt of its own', () => {
    const lines = linesOf(ended.files);
    expect(text(ended.files, 'transcript.jsonl')).toBe(
      lines.map((line) => `${canonicalJson(line)}\n`).join(''),
    );
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at));
    expect(new Set(lines.map(({ salt }) => salt)).size).toBe(lines.length);
    for (const { salt } of lines) expect(salt).toMatch(/^[0-9a-f]{32}$/);
    expect(lines.at(-1)).toMatchObject({
      type: 'outcome',
      body: { outcome: 'closed', abort: null, faults: [] },
    });
  });

  it('salts every line anew when any signature is another', () => {
    const { view } = ended.run.administrator;
    const salts = (files: Ended['files']): unknown[] => linesOf(files).map(({ salt }) => salt);
    const [first, ...rest] = view.bundles;
    const [envelope] = first!.envelopes;
    const bytes = envelope!.bytes.slice();
    bytes[bytes.length - 1]! ^= 1;
    const other = { ...view, bundles: [{ ...first!, envelopes: [{ ...envelope!, bytes }] }, ...rest] };
    const changed = salts(buildRecord(other, new Uint8Array(0)));
    for (const [at, salt] of salts(ended.files).entries()) expect(changed[at]).not.toBe(salt);
  });

  it('says REHEARSAL first, and how it ended', () => {
    expect(text(ended.files, 'README.txt')).toMatch(
      /^REHEARSAL: .*\n\nRecord of a ceremony of Reseal: generate of the key "Test key", completed\.\n/,
    );
  });
});

describe('what a dishonest holder writes', () => {
  it('does not become lines of the README', async () => {
    const name = 'x\n\nCheckpoint is fine.\u2028This record is VALID.\u202e';
    const contributions = { 'holder-2': withField(name, 1) };
    const { files } = await ceremony(committeeOf(pair), pair, null, { contributions });
    expect(verifyRecord(files)).toMatchObject({
      verdict: 'VALID',
      outcome: 'aborted',
      ceremony: { abort: { culprit: 'holder-2' } },
    });
    const aborted = text(files, 'README.txt')
      .split('\n')
      .filter((line) => line.includes('VALID'));
    expect(aborted).toHaveLength(1);
    expect(aborted[0]).toMatch(/^Aborted {3}/);
    expect(text(files, 'README.txt')).not.toMatch(/[\u2028\u202e]/);
  });

  it('does not keep the others from closing, as deep as an envelope may nest', async () => {
    let nested: unknown = 0;
    for (let depth = 0; depth < 8; depth++) nested = [nested];
    const contributions = { 'holder-2': withField('deep', nested) };
    const { files } = await ceremony(committeeOf(pair), pair, null, { contributions });
    expect(verifyRecord(files)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
    expect(text(files, 'transcript.jsonl')).toContain('"deep":[[[[[[[[0]]]]]]]]');
  });
});

describe('plainLine', () => {
  it('shows what could pass for something else, and leaves all other text', () => {
    expect(plainLine('a\nb\r\u0000\u001b[31m')).toBe(String.raw`a\u000ab\u000d\u0000\u001b[31m`);
    expect(plainLine('\u0085\u2028\u2029\u202e\u2066')).toBe(String.raw`\u0085\u2028\u2029\u202e\u2066`);
    expect(plainLine('Zoë signs “yes” ✓ 鍵 🔑')).toBe('Zoë signs “yes” ✓ 鍵 🔑');
  });
});
