// verify.html: one file, no network, every rule with its evidence, for everybody.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { packArchive } from '../../ceremony/archive.ts';
import { canonicalJsonFile } from '../../ceremony/canonical-json.ts';
import { checkDisclosure, disclose } from '../../ceremony/disclosure.ts';
import { RULES } from '../../ceremony/rules.ts';
import { writeRecord } from '../../laptop/files.ts';
import { buildVerifyPage } from '../../scripts/verify-page.ts';
import { violations } from '../../test-support/axe.ts';
import { refreshed, type Ended } from '../../test-support/records.ts';
import { edit, withChecksums } from '../../test-support/tamper.ts';
import { openVerifyPage, type VerifyPage } from '../../test-support/verify-page.ts';
import type { Disclosed } from './disclosure.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-html-records-'));
let opened: VerifyPage;
let record: Ended;

beforeAll(async () => {
  record = await refreshed({ suite: 'secp256k1', holders: 2, threshold: 2, seed: 'verify.html' });
  writeRecord(join(folder, 'good'), record.files);
  writeRecord(join(folder, 'bad'), withChecksums(edit(record.files, { 'README.txt': new Uint8Array(9) })));
  writeFileSync(join(folder, 'good.reseal'), packArchive(record.files));
  opened = await openVerifyPage();
}, 120_000);
afterEach(() => {
  expect(opened.asked).toEqual([]);
  expect(opened.said).toEqual([]);
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

const verdict = async (): Promise<string> => {
  await opened.page
    .locator('#result:not([hidden]), #status:not(:empty):not(:text("Checking"))')
    .first()
    .waitFor();
  await opened.page.waitForFunction(
    () => !(document.querySelector('#status')?.textContent ?? '').startsWith('Checking'),
  );
  return (await opened.page.locator('#verdict').count()) === 0
    ? ''
    : opened.page.locator('#verdict').innerText();
};

const check = (disclosure: Uint8Array): Promise<Disclosed> =>
  opened.page.evaluate(
    (base64) =>
      (globalThis as unknown as { verifyDisclosure: (text: string) => Disclosed }).verifyDisclosure(base64),
    Buffer.from(disclosure).toString('base64'),
  );

describe('verify.html', () => {
  it('is one file that may load nothing and run nothing but its own script', async () => {
    const html = readFileSync(opened.file, 'utf8');
    expect(html).toMatch(
      /content="default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'"/,
    );
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/<(?:link|img|iframe|object)\b|\bsrc=|@import|url\(/);
    const other = join(folder, 'again.html');
    await buildVerifyPage(other);
    expect(readFileSync(other, 'utf8')).toBe(html);
  });

  it('shows every rule of a folder with its evidence, and the verdict in large letters', async () => {
    await opened.page.locator('#folder').setInputFiles(join(folder, 'good'));
    expect(await verdict()).toBe('VALID');
    const text = await opened.page.locator('#result').innerText();
    for (const rule of Object.keys(RULES)) expect(text).toContain(rule);
    expect(text).toContain('A true account of a ceremony that was completed.');
    expect(text).toContain('REHEARSAL');
    expect(text).toContain('the summed polynomial has degree exactly 1');
    expect(await opened.page.locator('#result ol > li').count()).toBe(Object.keys(RULES).length);
    expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe('verdict');
    const size = await opened.page.locator('#verdict').evaluate((one) => getComputedStyle(one).fontSize);
    expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(40);
    expect(await violations(opened.page)).toEqual([]);
  });

  it('reads a packed record, and says what is wrong with any other file', async () => {
    await opened.page.locator('#file').setInputFiles(join(folder, 'good.reseal'));
    expect(await verdict()).toBe('VALID');
    const changed = readFileSync(join(folder, 'good.reseal'));
    changed[35] = (changed[35] ?? 0) ^ 1;
    writeFileSync(join(folder, 'changed.reseal'), changed);
    writeFileSync(join(folder, 'text.reseal'), 'hello');
    for (const [name, said] of [
      ['changed.reseal', 'packed'],
      ['text.reseal', 'is no packed record'],
    ] as const) {
      await opened.page.locator('#file').setInputFiles(join(folder, name));
      await opened.page.locator('#status', { hasText: said }).waitFor();
      expect(await opened.page.locator('#result').isHidden()).toBe(true);
    }
  });

  it('says that timestamps were not checked, in a folder and packed', async () => {
    const stamped = edit(record.files, { 'timestamps/a.tsr': new Uint8Array(9) });
    writeRecord(join(folder, 'stamped'), stamped);
    const packed = packArchive(stamped);
    writeFileSync(join(folder, 'stamped.reseal'), packed);
    for (const [picker, name] of [
      ['#folder', 'stamped'],
      ['#file', 'stamped.reseal'],
    ] as const) {
      await opened.page.locator(picker).setInputFiles(join(folder, name));
      await opened.page.locator('dd', { hasText: name }).waitFor();
      expect(await verdict()).toBe('VALID');
      expect(await opened.page.locator('#result').innerText()).toContain(
        'Timestamps that were NOT checked: timestamps/a.tsr.',
      );
    }
    const other = Buffer.from(packed).toString('latin1').replaceAll('/a.tsr', '/a.txt');
    writeFileSync(join(folder, 'other.reseal'), Buffer.from(other, 'latin1'));
    await opened.page.locator('#file').setInputFiles(join(folder, 'other.reseal'));
    await opened.page.locator('#status', { hasText: 'timestamps/a.txt is no timestamp' }).waitFor();
  });

  it('shows what a disclosure proves, and refuses one of which any byte was changed', async () => {
    const bytes = disclose(record.files, [7, 3]);
    writeFileSync(join(folder, 'disclosed.json'), bytes);
    await opened.page.locator('#file').setInputFiles(join(folder, 'disclosed.json'));
    expect(await verdict()).toBe('VALID');
    const text = await opened.page.locator('#result').innerText();
    const { size, entries, signers } = checkDisclosure(bytes);
    expect(text).toContain(`2 of the ${size} lines of a transcript`);
    expect(text).toContain('REHEARSAL');
    expect(text).toContain('Whose keys these are is not proven here');
    for (const { line } of entries) expect(text).toContain(line);
    for (const { role, key } of signers) {
      expect(text).toContain(`Signed by ${role}`);
      expect(text).toContain(key);
    }
    expect(await violations(opened.page)).toEqual([]);
    expect(await check(bytes)).toEqual({ verdict: 'VALID', ...checkDisclosure(bytes) });
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 53) {
      const changed = bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
      expect(await check(changed), `byte ${at}`).toMatchObject({ verdict: 'NOT VALID' });
      refused += 1;
    }
    expect(refused).toBeGreaterThan(40);
  });

  it('refuses, as Reseal and verify.py do, whatever was put together otherwise', async () => {
    const good = JSON.parse(new TextDecoder().decode(disclose(record.files, [3, 7]))) as {
      checkpoint: string;
      entries: { line: string; proof: string[]; seq: number }[];
      keys: Record<string, { alg: string; key: string }>;
    };
    const [first, second] = good.entries as [(typeof good.entries)[0], (typeof good.entries)[0]];
    const [text = '', signatures = ''] = good.checkpoint.split('\n\n');
    const signed = signatures.trimEnd().split('\n');
    const note = (...lines: readonly string[]): string => `${text}\n\n${lines.join('\n')}\n`;
    const other = record.context.plan.approvers[0]?.identity ?? { alg: '', key: '' };
    const without = (role: string): typeof good.keys =>
      Object.fromEntries(Object.entries(good.keys).filter(([name]) => name !== role));
    const loose = (line: string): string => line.replace('{', '{ ');
    const wrong: Record<string, unknown> = {
      'a key of somebody who did not sign': { ...good, keys: { ...good.keys, 'approver-1': other } },
      'no key of somebody who signed': { ...good, keys: without('witness-1') },
      'a key that is another one': { ...good, keys: { ...good.keys, administrator: other } },
      'no signature of the administrator': {
        ...good,
        checkpoint: note(...signed.slice(1)),
        keys: without('administrator'),
      },
      'the administrator in second place': {
        ...good,
        checkpoint: note(signed[1] ?? '', signed[0] ?? '', ...signed.slice(2)),
      },
      'a signature that is there twice': { ...good, checkpoint: note(...signed, signed[0] ?? '') },
      'another size': { ...good, checkpoint: good.checkpoint.replace(/\n\d+\n/, '\n999\n') },
      'another origin': { ...good, checkpoint: good.checkpoint.replace('reseal/', 'somebody/') },
      'entries out of order': { ...good, entries: [second, first] },
      'an entry twice': { ...good, entries: [first, first] },
      'no entry': { ...good, entries: [] },
      'a line under another number': { ...good, entries: [{ ...first, seq: 4 }] },
      'a line that does not exist': { ...good, entries: [{ ...first, seq: 4000 }] },
      'another line': { ...good, entries: [{ ...first, line: second.line }] },
      'a line in another form': { ...good, entries: [{ ...first, line: loose(first.line) }] },
      'a proof that is too long': {
        ...good,
        entries: [{ ...first, proof: [...first.proof, '00'.repeat(32)] }],
      },
      'a proof that is too short': { ...good, entries: [{ ...first, proof: first.proof.slice(1) }] },
      'another format': { ...good, format: 'reseal-disclosure-2' },
      'a field more': { ...good, zzz: 1 },
    };
    const places: string[] = [];
    for (const [what, value] of Object.entries(wrong)) {
      const bytes = canonicalJsonFile(value);
      expect(() => checkDisclosure(bytes), what).toThrow();
      expect(await check(bytes), what).toMatchObject({ verdict: 'NOT VALID' });
      const path = join(folder, `wrong-${places.length}.json`);
      writeFileSync(path, bytes);
      places.push(path);
    }
    const script = join(import.meta.dirname, '..', 'verify.py');
    const { stdout } = spawnSync('python3', [script, '--json', ...places], { encoding: 'utf8' });
    const verdicts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { verdict: string }).verdict);
    expect(verdicts).toEqual(places.map(() => 'NOT VALID'));
  });

  it('walks from every line of a transcript to its root', async () => {
    const { size } = checkDisclosure(disclose(record.files, [0]));
    // Not a power of two, so that the lines have proofs of different lengths.
    expect(Math.log2(size) % 1).not.toBe(0);
    const numbers = Array.from({ length: size }, (_, at) => at);
    const { entries } = await check(disclose(record.files, numbers));
    expect(entries?.map(({ seq }) => seq)).toEqual(numbers);
  });

  it('names the rule and the file of a record that is not valid', async () => {
    await opened.page.locator('#folder').setInputFiles(join(folder, 'bad'));
    expect(await verdict()).toBe('NOT VALID');
    const text = await opened.page.locator('#result').innerText();
    expect(text).toContain('check_files, README.txt: from byte 0 on');
    expect(text).toContain('✗ failed');
    expect(await violations(opened.page)).toEqual([]);
  });

  it('takes a packed record that is dropped on it', async () => {
    const base64 = readFileSync(join(folder, 'good.reseal')).toString('base64');
    await opened.page.evaluate((text) => {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'dropped.reseal'));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    }, base64);
    await opened.page.locator('dd', { hasText: 'dropped.reseal' }).waitFor();
    expect(await verdict()).toBe('VALID');
  });

  it('shows what a record says as text, never as a part of the page', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    writeRecord(join(folder, 'evil'), withChecksums(edit(record.files, { [evil]: new Uint8Array(1) })));
    await opened.page.locator('#folder').setInputFiles(join(folder, 'evil'));
    expect(await verdict()).toBe('NOT VALID');
    expect(await opened.page.locator('#result').innerText()).toContain(evil);
    expect(await opened.page.locator('img').count()).toBe(0);
  });

  it('can be printed', async () => {
    const pdf = await opened.page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    // On paper there are no pickers.
    await opened.page.emulateMedia({ media: 'print' });
    expect(await opened.page.locator('#drop').isVisible()).toBe(false);
    await opened.page.emulateMedia({ media: 'screen' });
  });
});
