// A laptop is lost: in the built console its share comes back from the sheet, held before the camera; and two drills.
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toWords } from '../../crypto/words.ts';
import { fromHex } from '../../crypto/bytes.ts';
import { decodeKeyRecord } from '../../ceremony/key-record.ts';
import type { ChromiumConsole } from '../../electron/chromium/host.ts';
import { makeSheet } from '../../laptop/paper/sheets.ts';
import { violations } from '../../test-support/axe.ts';
import { openBuiltConsole } from '../../test-support/chromium-window.ts';
import { openZxingHere } from '../../test-support/codes.ts';
import { ConsoleRoom, PASSPHRASE } from '../../test-support/consoles.ts';
import { HeldCode } from '../../test-support/held-code.ts';
import { readByUs, renderPage } from '../../test-support/paper.ts';
import { secretsOf } from '../../test-support/secrets.ts';

const SHEET = 'Bag A';
const FILE = 'Safe A';
/** Of the new laptop. The backup keeps the passphrase of the one that was lost. */
const OTHER = 'another passphrase altogether';
const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-restore-'));
const home = join(dir, 'room', 'alma');
const medium = join(dir, 'medium');
const camera = new HeldCode(join(dir, 'camera.y4m'));
const room = new ConsoleRoom(join(dir, 'room'));
const ownHome = process.env['HOME'];
let alma: ChromiumConsole;
let page: Page;
let pdf = '';
let share: Uint8Array;
let fingerprint = '';

beforeAll(async () => {
  await room.begin();
  const backups = [
    { kind: 'sealed-sheet' as const, label: SHEET },
    { kind: 'file' as const, label: FILE },
  ];
  const { ceremony, code } = await room.administrator.ask('plan:make', room.draft({ backups }));
  await room.toStep(ceremony, code, 'backups');
  const zxing = await openZxingHere();
  fs.mkdirSync(medium);
  for (const [at, holder] of room.holders.entries())
    for (;;) {
      const [part] = (await holder.ceremony(ceremony)).parts;
      if (part?.current?.id !== 'backups') break;
      if (part.current.about !== SHEET) {
        await holder.goOn(ceremony);
        continue;
      }
      const of = { ceremony, role: part.role, label: SHEET, folder: dir };
      const { path } = await holder.ask('sheet:write', of);
      if (at === 0) pdf = path;
      const text = (await readByUs(zxing, renderPage(path, 150))) ?? '';
      await holder.goOn(ceremony, { 'backups.sheet': text });
    }
  await room.toEnd(ceremony, code);
  const { record, fingerprint: of } = await room.administrator.ceremony(ceremony);
  fingerprint = of ?? (await room.holders[1]?.now())?.keys[0]?.fingerprint ?? '';
  fs.cpSync(record ?? '', join(medium, 'record'), { recursive: true });
  const [file = ''] = fs.readdirSync(join(home, 'backups'));
  fs.copyFileSync(join(home, 'backups', file), join(medium, 'share.age'));
  await room.close();
  share = shareIn(await secretsOf(home, PASSPHRASE));
  // The laptop is lost.
  fs.rmSync(home, { recursive: true });
  process.env['HOME'] = dir;
  alma = await openBuiltConsole(home, { args: camera.args });
  page = alma.page;
  page.setDefaultTimeout(15_000);
}, 300_000);
afterAll(async () => {
  await alma.close();
  if (ownHome === undefined) delete process.env['HOME'];
  else process.env['HOME'] = ownHome;
  fs.rmSync(dir, { recursive: true, force: true });
});

/** The one share of a laptop. */
function shareIn(secrets: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const [found, ...more] = [...secrets].filter(([what]) => what.startsWith('alma share epoch-0'));
  if (found === undefined || more.length > 0) throw new Error('one share expected');
  return found[1];
}

/** What axe finds in light and dark; pictures of both, and in a small window, where they are wanted. */
const look = async (name: string): Promise<void> => {
  const pictures = process.env['RESEAL_SCREENS'];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
    for (const [size, width, height] of [
      ['', 1280, 720],
      ['-small', 640, 360],
    ] as const) {
      if (pictures === undefined) continue;
      await page.setViewportSize({ width, height });
      await page.screenshot({
        fullPage: size !== '',
        path: join(pictures, `${name}${size}${colorScheme === 'dark' ? '-dark' : ''}.png`),
      });
    }
    if (pictures !== undefined) await page.setViewportSize({ width: 1280, height: 720 });
  }
};
const press = (name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();
const title = (words: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name: words }).waitFor();
/** From the home folder down to something in a dialog. */
const choose = async (...names: readonly string[]): Promise<void> => {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Home folder' }).click();
  for (const name of names) await dialog.locator('.picker-entry', { hasText: name }).click();
};
/** What holds wherever the window came to. */
const seesNoSecret = async (): Promise<void> => {
  const html = await page.content();
  expect(html).not.toContain(PASSPHRASE);
  expect(html).not.toContain(Buffer.from(share).toString('hex'));
};
const linesOn = async (): Promise<string[]> =>
  (await readByUs(await openZxingHere(), renderPage(pdf, 150)))?.split('/') ?? [];

describe('a laptop that is lost', () => {
  it('is replaced: a vault first, and then the first screen leads on', async () => {
    await title('What is this laptop?');
    await page.getByText('In place of a laptop that was lost').waitFor();
    await look('restore-first-start');
    await page.getByLabel('Name on the label of this laptop').fill('vault-9');
    await page.getByLabel('Name of its custodian').fill('Alma');
    await page.getByLabel('Rehearsals').check();
    await press('Choose a passphrase');
    await page.getByLabel('Passphrase', { exact: true }).fill(OTHER);
    await page.getByLabel('The same passphrase again', { exact: true }).fill(OTHER);
    await press('Make the vault');
    await title('No key on this laptop yet.');
    await look('restore-home');
  }, 120_000);

  it('is asked for the record of the key, which any holder has', async () => {
    await press('Restore a share from a backup');
    await title('Restore a share');
    await press('Go on to the backup');
    await page.getByText('Choose the record of the key that the backup is of.').waitFor();
    await look('restore-what-empty');
    await press('Read the record from a file');
    await choose('medium', 'share.age');
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await press('Take it from a ceremony’s record');
    await choose('medium', 'record');
    await press('Take the key from this folder');
    await page.getByLabel('Treasury, epoch 0').waitFor();
    expect(await page.getByLabel('Treasury, epoch 0').isChecked()).toBe(true);
    await look('restore-what');
    await press('Go on to the backup');
    await title('Restore from the backup');
  }, 120_000);

  it('gets its share from the sheet by camera; what it says is not shown', async () => {
    await look('restore-from');
    await press('Open the backup');
    await page.getByText('Hold the sheet before the camera, or type its lines.').waitFor();
    const scan = renderPage(pdf, 110);
    const data = new Uint8ClampedArray([...scan.luma].flatMap((grey) => [grey, grey, grey, 255]));
    const [seen] = await (await openZxingHere()).decode({ width: scan.width, height: scan.height, data }, 1);
    if (seen === undefined) throw new Error('the page has a code');
    const [a, , c] = seen.corners;
    camera.holdPage(scan, { x: (a.x + c.x) / 2, y: (a.y + c.y) / 2 });
    await press('Hold it before the camera');
    await page
      .locator('.sheet-field')
      .getByText(/^Every line is right: the sealed sheet of holder 1, epoch 0\./)
      .waitFor();
    expect(await page.locator('video').count()).toBe(0);
    // The passphrase of this laptop is not that of the backup.
    await page.getByLabel('Passphrase of the sheet', { exact: true }).fill(OTHER);
    await press('Open the backup');
    await page.getByText('The sheet does not open with this passphrase.').waitFor();
    expect(await page.getByLabel('Passphrase of the sheet', { exact: true }).inputValue()).toBe('');
    await look('restore-wrong-passphrase');
    await page.getByLabel('Passphrase of the sheet', { exact: true }).fill(PASSPHRASE);
    await press('Open the backup');
    await title('Store this share on “vault-9”?');
    await page.getByText('belongs to the public share of holder 1').waitFor();
    await page.getByText(toWords(fromHex(fingerprint)).join(' ')).waitFor();
    await look('restore-verdict');
    await seesNoSecret();
    const [line = ''] = await linesOn();
    expect((await page.content()).includes(line)).toBe(false);
  }, 120_000);

  it('stores nothing that somebody turned away from, and the share once it is told to', async () => {
    await press('Do not store it');
    await title('Restore from the backup');
    expect(fs.existsSync(join(home, 'vault', 'keys', fingerprint))).toBe(false);
    // By typing this time.
    await page.getByLabel(/^Or type its lines/).fill((await linesOn()).join('\n'));
    await page.getByLabel('Passphrase of the sheet', { exact: true }).fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await title('Store this share on “vault-9”?');
    await press('Store the share on this laptop');
    await title('The share is back');
    await look('restore-done');
    await seesNoSecret();
    await press('To the first screen');
    await title('One key on this laptop. None is due.');
    await page.getByRole('rowheader', { name: /Treasury/ }).waitFor();
    await page.getByText('holder 1', { exact: true }).waitFor();
  }, 120_000);
});

describe('a drill', () => {
  it('takes typed lines with a mistake that is proposed and accepted, from the record that is here', async () => {
    await press('Try a backup (drill)');
    await title('Try a backup');
    expect(await page.getByLabel('A drill').isChecked()).toBe(true);
    expect(await page.getByLabel('Treasury, epoch 0').isChecked()).toBe(true);
    await press('Go on to the backup');
    await title('Try the backup');
    const [first = '', ...others] = await linesOn();
    const wrong = first.slice(0, 20) + (first[20] === 'Q' ? 'P' : 'Q') + first.slice(21);
    await page.getByLabel(/^Or type its lines/).fill([wrong, ...others].join('\n'));
    // Whoever does not look at what is proposed is refused.
    await page.getByLabel('Passphrase of the sheet', { exact: true }).fill(PASSPHRASE);
    await press('Open the backup');
    await page.getByText('The sheet is not read exactly.').waitFor();
    await press('Check the lines');
    await page.locator('.sheet-field').getByText('Nearly: some characters do not fit').waitFor();
    await look('drill-proposals');
    await press('The paper says so: take these');
    await page
      .locator('.sheet-field')
      .getByText(/^Every line is right/)
      .waitFor();
    await page.getByLabel('Passphrase of the sheet', { exact: true }).fill(PASSPHRASE);
    await press('Open the backup');
    await title('The backup is good');
    await look('drill-good');
    await seesNoSecret();
  }, 120_000);

  it('of a plain sheet says that the share itself is typed, asks for no passphrase, and leaves nothing of it', async () => {
    const after = fs.readFileSync(join(medium, 'record', 'keys', 'after.json'));
    const at = '2026-11-25T09:00:00Z';
    const plain = await makeSheet(decodeKeyRecord(after), 1, share, 'plain-sheet', '', { at });
    await press('Try another backup');
    expect(await page.getByText('the share itself').count()).toBe(0);
    await page.getByLabel(/^Or type its lines/).fill(plain.lines.join('\n'));
    await press('Check the lines');
    // The sheet says what it is.
    await page.getByText('What you type here is the share itself.').waitFor();
    expect(await page.getByLabel('Plain sheet', { exact: true }).isChecked()).toBe(true);
    expect(await page.getByLabel('Passphrase of the sheet', { exact: true }).count()).toBe(0);
    await look('drill-plain');
    await press('Open the backup');
    await title('The backup is good');
    await page.getByText(/^a plain sheet/).waitFor();
    expect(await page.content()).not.toContain(plain.lines[1]);
    await seesNoSecret();
  }, 120_000);

  it('takes an age file too', async () => {
    await press('Try another backup');
    await page.getByLabel('File', { exact: true }).check();
    await press('Open the backup');
    await page.getByText('Choose the file of the backup.').waitFor();
    await press('Choose the file');
    await choose('medium', 'share.age');
    await page.getByText(join(medium, 'share.age')).waitFor();
    await look('drill-file');
    await page.getByLabel('Passphrase of the file', { exact: true }).fill(PASSPHRASE);
    await press('Open the backup');
    await title('The backup is good');
    await page.getByText(/^a file \(age\)/).waitFor();
    await page.keyboard.press('Escape');
    await title('One key on this laptop. None is due.');
  }, 120_000);
});

describe('the new laptop', () => {
  it('has the very share that was lost', async () => {
    await alma.close();
    expect(shareIn(await secretsOf(home, OTHER))).toEqual(share);
  }, 60_000);
});
