// Single lines of a transcript, proven without the others.
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../crypto/bytes.ts';
import { generated, type Ended } from '../test-support/records.ts';
import { canonicalJsonFile } from './canonical-json.ts';
import { checkDisclosure, disclose, looksLikeDisclosure } from './disclosure.ts';

let record: Ended;
let lines: string[];
beforeAll(async () => {
  record = await generated({ suite: 'ed25519', holders: 2, threshold: 2, alg: 'ES256', seed: 'disclosure' });
  lines = new TextDecoder().decode(record.files.get('transcript.jsonl')).trimEnd().split('\n');
});

interface File {
  checkpoint: string;
  entries: { line: string; proof: string[]; seq: number }[];
  keys: Record<string, { alg: string; key: string }>;
}
const parsed = (bytes: Uint8Array): File => JSON.parse(new TextDecoder().decode(bytes)) as File;
/** A disclosure of entries 3 and 7 with something changed. */
function changed(change: (file: File) => void): Uint8Array {
  const file = parsed(disclose(record.files, [3, 7]));
  change(file);
  return canonicalJsonFile(file);
}

describe('a disclosure', () => {
  it('proves every single entry, and any set of them', () => {
    for (const [seq, line] of lines.entries()) {
      const bytes = disclose(record.files, [seq]);
      expect(looksLikeDisclosure(bytes)).toBe(true);
      const checked = checkDisclosure(bytes);
      expect(checked).toMatchObject({ size: lines.length, entries: [{ seq, line }] });
      expect(checked.signers.map(({ role }) => role)).toEqual([
        'administrator',
        'witness-1',
        'holder-1',
        'holder-2',
      ]);
    }
    const all = lines.map((_, seq) => seq);
    expect(checkDisclosure(disclose(record.files, all.toReversed())).entries.map(({ seq }) => seq)).toEqual(
      all,
    );
  });

  it('holds nothing of the entries that it does not disclose', () => {
    const text = new TextDecoder().decode(disclose(record.files, [3]));
    for (const [seq, line] of lines.entries()) {
      if (seq === 3) continue;
      const { salt, body } = JSON.parse(line) as { salt: string; body: Record<string, unknown> };
      expect(text).not.toContain(salt);
      // Its own line names the bundle that it follows; that hash covers signatures, which nobody can guess.
      if (typeof body['envelope'] === 'string') expect(text).not.toContain(body['envelope']);
    }
  });

  it('rests on salts: every line has one of 16 bytes, and no two are the same', () => {
    const salts = lines.map((line) => (JSON.parse(line) as { salt: string }).salt);
    for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(salts).size).toBe(lines.length);
  });

  it('is refused when anything in it was changed', () => {
    const cases: [change: (file: File) => void, said: string][] = [
      [
        (file) => (file.entries[0]!.line = file.entries[0]!.line.replace('"v":1', '"v":2')),
        'entry 3: it is not in the transcript',
      ],
      [(file) => (file.entries[0]!.line = file.entries[1]!.line), 'entry 3: it is not in the transcript'],
      [(file) => (file.entries[0]!.seq = 4), 'entry 4: it is not in the transcript'],
      [(file) => file.entries[0]!.proof.pop(), 'entry 3: it is not in the transcript'],
      [(file) => file.entries[0]!.proof.reverse(), 'entry 3: it is not in the transcript'],
      [(file) => file.entries.reverse(), 'entry 3: it is there twice, or out of order'],
      [(file) => file.entries.push(file.entries[1]!), 'entry 7: it is there twice'],
      [(file) => (file.entries = []), 'field "entries"'],
      [(file) => delete file.keys['holder-1'], 'there is none of holder-1, who signed'],
      [(file) => (file.keys['holder-1'] = file.keys['holder-2']!), 'the signature of holder-1 is not valid'],
      [(file) => (file.keys['holder-9'] = file.keys['holder-2']!), 'and no others'],
      [
        (file) => (file.checkpoint = file.checkpoint.replace('rehearsal', 'ceremony')),
        'the signature of administrator is not valid',
      ],
      [
        (file) => (file.checkpoint = file.checkpoint.replace(/— administrator .*\n/, '')),
        'the administrator did not sign it',
      ],
      [(file) => Object.assign(file, { more: 1 }), 'Unrecognized key'],
    ];
    for (const [change, said] of cases) expect(() => checkDisclosure(changed(change)), said).toThrow(said);
    expect(() => checkDisclosure(utf8ToBytes('{}'))).toThrow('canonical');
  });

  it('is not made of entries that are not there', () => {
    expect(() => disclose(record.files, [999])).toThrow('there is no entry 999');
    expect(() => disclose(record.files, [1, 1])).toThrow('each once');
    expect(() => disclose(record.files, [])).toThrow('at least one');
    expect(() => disclose(record.files, [1.5])).toThrow('there is no entry 1.5');
  });
});
