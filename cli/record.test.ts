/** `reseal record pack` and `unpack`, and `verify` of a packed record. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord, writeRecord } from '../laptop/files.ts';
import { json, reseal } from '../test-support/cli.ts';
import { generated } from '../test-support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-pack-'));
const record = join(folder, 'generate-1');
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeAll(async () => {
  const { files } = await generated({ suite: 'ed25519', holders: 2, threshold: 2, seed: 'pack' });
  writeRecord(record, files);
});

describe('record pack and unpack', () => {
  it('make one file of a record, the same every time, and the same folder again', async () => {
    const first = await reseal(['record', 'pack', record, '--json']);
    expect(json(first)).toMatchObject({ file: `${record}.reseal`, files: readRecord(record).size });
    expect((await reseal(['record', 'pack', record, '--out', join(folder, 'second')])).code).toBe(0);
    expect(readFileSync(join(folder, 'second'))).toEqual(readFileSync(`${record}.reseal`));

    expect((await reseal(['verify', `${record}.reseal`])).stdout).toContain('VALID: a true account');
    const out = join(folder, 'again');
    expect((await reseal(['record', 'unpack', `${record}.reseal`, '--out', out])).code).toBe(0);
    expect(readRecord(out)).toEqual(readRecord(record));
  });

  it('overwrite nothing, and read no other archive', async () => {
    const there = await reseal(['record', 'pack', record, '--out', join(folder, 'second')]);
    expect(there).toMatchObject({ code: 1 });
    expect(there.stderr).toContain('exists already');
    const changed = readFileSync(`${record}.reseal`);
    changed[40] = (changed[40] ?? 0) ^ 1;
    writeFileSync(join(folder, 'changed.reseal'), changed);
    writeFileSync(join(folder, 'text'), 'hello');
    for (const name of ['changed.reseal', 'text'])
      for (const words of [
        ['verify', join(folder, name)],
        ['record', 'unpack', join(folder, name), '--out', join(folder, 'x')],
      ])
        expect(await reseal(words), words.join(' ')).toMatchObject({ code: 2 });
    writeFileSync(join(record, 'a b'), 'x');
    expect((await reseal(['record', 'pack', record, '--out', join(folder, 'third')])).stderr).toContain(
      '"a b" is no name of a file of a record.',
    );
    rmSync(join(record, 'a b'));
  });
});
