/** `reseal timestamp request`, `attach`, `verify`, and stamps in `reseal verify`, packed and in a folder. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord, writeRecord } from '../laptop/files.ts';
import { json, reseal, type Finished } from '../test-support/cli.ts';
import { generated } from '../test-support/records.ts';
import { Authority, openssl, type Issued } from '../test-support/timestamp-authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-timestamp-'));
const record = join(folder, 'generate-1');
const query = `${record}.tsq`;
const reply = join(folder, 'answer.tsr');
let authority: Authority;
let signer: Issued;
let kept = '';
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeAll(async () => {
  const { files } = await generated({ suite: 'ed25519', holders: 2, threshold: 2, seed: 'timestamp' });
  writeRecord(record, files);
  authority = new Authority(join(folder, 'authority'));
  signer = authority.issue('Clock of the tests');
});

const timestamp = (...words: string[]): Promise<Finished> => reseal(['timestamp', ...words]);
const answer = (path = query): void => {
  writeFileSync(reply, authority.answer(new Uint8Array(readFileSync(path)), signer));
};

describe('timestamp', () => {
  it('request writes what openssl reads, once', async () => {
    const made = await timestamp('request', record);
    expect(made).toMatchObject({ code: 0 });
    const hash = openssl('dgst', '-sha256', '-r', join(record, 'checkpoint')).slice(0, 64);
    expect(made.stdout).toContain(
      `Wrote ${query}: it asks for a timestamp of the checkpoint, SHA-256 ${hash}.`,
    );
    expect(openssl('ts', '-query', '-in', query, '-text')).toContain('Certificate required: yes');
    const again = await timestamp('request', record);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('exists already');
    expect(json(await timestamp('request', record, '--out', join(folder, 'second.tsq'), '--json'))).toEqual({
      file: join(folder, 'second.tsq'),
      sha256: hash,
    });
    expect(readFileSync(join(folder, 'second.tsq'))).not.toEqual(readFileSync(query));
    expect(await timestamp('request', join(folder, 'nothing'))).toMatchObject({ code: 2 });
  });

  it('verify says that there is none yet', async () => {
    const none = await timestamp('verify', record);
    expect(none).toMatchObject({ code: 1, stdout: 'This record has no timestamp.\n' });
  });

  it('attach keeps an answer to the request that lies beside the record', async () => {
    answer(join(folder, 'second.tsq'));
    const wrong = await timestamp('attach', record, reply);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toContain('its nonce is not the one of the request');
    expect(wrong.stderr).toContain('Next: ');
    expect(existsSync(join(record, 'timestamps'))).toBe(false);
    const named = await timestamp('attach', record, reply, '--request', join(folder, 'second.tsq'), '--json');
    expect(json(named)).toMatchObject({
      ...{ record, request: join(folder, 'second.tsq'), state: 'good', nonce: 'equal', trust: 'not asked' },
    });
    kept = String(json(named)['file']);
    expect(readFileSync(join(record, kept))).toEqual(readFileSync(reply));

    answer();
    const second = await timestamp('attach', record, reply);
    expect(second.stdout).toContain(`nonce: the one of ${query}`);
    expect(second.stdout).toContain('authority: CN=Clock of the tests');
    expect((await timestamp('attach', record, reply)).stderr).toContain('in the record already');
    rmSync(query);
    answer(join(folder, 'second.tsq'));
    expect((await timestamp('attach', record, reply)).stdout).toContain('nonce: not compared');
  });

  it('attach reads no file that is too large, and no packed record', async () => {
    writeFileSync(join(folder, 'large.tsr'), new Uint8Array(65537));
    const large = await timestamp('attach', record, join(folder, 'large.tsr'));
    expect(large).toMatchObject({ code: 2 });
    expect(large.stderr).toContain('65537 bytes; at most 65536 are read');
    expect(await timestamp('attach', record, reply, '--request', join(folder, 'large.tsr'))).toMatchObject({
      code: 2,
    });
    expect((await timestamp('attach', reply, reply)).stderr).toContain('reseal record unpack');
  });

  it('verify says when, by whom, and whether anybody was trusted', async () => {
    const nobody = await timestamp('verify', record);
    expect(nobody.code).toBe(0);
    expect(nobody.stdout).toMatch(
      /^· timestamps\/\S+\.tsr {2}sound, by nobody you trust yet {2}\d{4}-\S+Z \(± 1\.5001 s\)$/m,
    );
    expect(nobody.stdout).toContain("imprint: this record's checkpoint; signature: holds");
    expect(nobody.stdout).toMatch(/serial number [0-9A-F]{4}, policy 1\.2\.3\.4\.1/);
    expect(nobody.stdout).toContain('trust: nobody was trusted');
    expect(nobody.stdout).toContain('Nobody was trusted: without --ca anybody can have made these.');
    const trusted = await timestamp('verify', record, '--ca', authority.root.cert);
    expect(trusted.code).toBe(0);
    expect(trusted.stdout).toMatch(/^✓ timestamps\/\S+\.tsr {2}ok {2}\d{4}-/m);
    expect(trusted.stdout).toContain('trust: the chain ends at "CN=Root of the tests", which you trust');
    expect(trusted.stdout).not.toContain('Nobody was trusted');
    const stranger = new Authority(join(folder, 'stranger'));
    const foreign = await timestamp('verify', record, '--ca', stranger.root.cert);
    expect(foreign.code).toBe(1);
    expect(foreign.stdout).toContain('trust: NOT by the certificates that you trust');
    expect(await timestamp('verify', record, '--ca', reply)).toMatchObject({ code: 1, stdout: '' });
  });

  it('stands in "reseal verify" beside the rules, and is no part of the verdict', async () => {
    const before = json(await reseal(['verify', record, '--json']));
    expect(before['verdict']).toBe('VALID');
    expect(before['timestamps']).toHaveLength(3);
    mkdirSync(join(record, 'timestamps'), { recursive: true });
    writeFileSync(join(record, 'timestamps/broken.tsr'), 'hello');
    const text = await reseal(['verify', record, '--brief']);
    expect(text).toMatchObject({ code: 0 });
    expect(text.stdout).toMatch(/^! timestamps\/broken\.tsr {2}warning {2}time unknown$/m);
    expect(text.stdout.match(/^· timestamps\//gm)).toHaveLength(3);
    expect(text.stdout).toContain('VALID: a true account');
    const after = json(await reseal(['verify', record, '--json']));
    expect(after['rules']).toEqual(before['rules']);
    expect((after['timestamps'] as unknown[])[3]).toMatchObject({
      ...{ file: 'timestamps/broken.tsr', state: 'warning', imprint: null, signature: null },
    });
    expect(await timestamp('verify', record)).toMatchObject({ code: 1 });
    rmSync(join(record, 'timestamps/broken.tsr'));
  });

  it('goes into a packed record, and out of it again', async () => {
    expect((await reseal(['record', 'pack', record])).code).toBe(0);
    const packed = await timestamp('verify', `${record}.reseal`, '--ca', authority.root.cert);
    expect(packed.code).toBe(0);
    expect((await reseal(['verify', `${record}.reseal`])).stdout).toContain(kept);
    const out = join(folder, 'again');
    expect((await reseal(['record', 'unpack', `${record}.reseal`, '--out', out])).code).toBe(0);
    expect(readRecord(out)).toEqual(readRecord(record));
    const request = await timestamp('request', `${record}.reseal`);
    expect(request.stdout).toContain(`${record}.reseal.tsq`);
  });
});
