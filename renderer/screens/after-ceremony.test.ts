// What is left to do after a ceremony, in the built console: old backups on the first screen, documents, a packed record.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChromiumConsole } from '../../electron/chromium/host.ts';
import { checkDisclosure } from '../../ceremony/disclosure.ts';
import { readRecordAt } from '../../laptop/record-archive.ts';
import { violations } from '../../test-support/axe.ts';
import { openBuiltConsole } from '../../test-support/chromium-window.ts';
import { ConsoleRoom, PASSPHRASE } from '../../test-support/consoles.ts';
import { Authority } from '../../test-support/timestamp-authority.ts';

const DAY = 86_400_000;
const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-after-'));
const room = new ConsoleRoom(join(dir, 'room'));
const userHome = join(dir, 'people');
const own = process.env['HOME'];
let alma: ChromiumConsole;
let refreshes: string[] = [];

/** A refresh that was planned some days ago. */
async function refresh(daysAgo: number): Promise<string> {
  const { administrator } = room;
  const { records } = await administrator.ask('key:records', {});
  const newest = [...records].sort((a, b) => b.epoch - a.epoch)[0];
  const draft = room.draft({ kind: 'refresh', holders: [], record: newest?.id ?? null });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - daysAgo * DAY });
  const made = await administrator.ask('plan:make', draft);
  vi.useRealTimers();
  await room.toEnd(made.ceremony, made.code);
  return made.ceremony;
}

beforeAll(async () => {
  fs.mkdirSync(join(userHome, 'office'), { recursive: true });
  // What the folder picker calls "Home folder".
  process.env['HOME'] = userHome;
  await room.begin();
  const made = await room.administrator.ask('plan:make', room.draft());
  await room.toEnd(made.ceremony, made.code);
  // The backups of epoch 0 should be gone since 30 days, those of epoch 1 within the next 30.
  refreshes = [await refresh(60), await refresh(0)];
  const [first] = room.holders;
  await first?.close();
  alma = await openBuiltConsole(first?.home ?? '');
  await alma.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await alma.page.keyboard.press('Enter');
  await alma.page.locator('[data-screen="home"]').waitFor();
}, 300_000);
afterAll(async () => {
  await alma.close();
  await room.close();
  if (own === undefined) delete process.env['HOME'];
  else process.env['HOME'] = own;
  fs.rmSync(dir, { recursive: true, force: true });
});

/** As windows are: light, dark, low, and at 200 % zoom, which halves the pixels. Without pictures, those that differ most. */
const WAYS = [
  { way: '', size: { width: 1280, height: 800 }, theme: 'light', usual: false },
  { way: '-dark', size: { width: 1280, height: 800 }, theme: 'dark', usual: true },
  { way: '-small', size: { width: 1280, height: 720 }, theme: 'light', usual: false },
  { way: '-zoomed', size: { width: 640, height: 360 }, theme: 'light', usual: true },
] as const;

/** What axe says of the screen in every way, and a picture of each where pictures are asked for. */
async function look(page: Page, name: string): Promise<void> {
  const pictures = process.env['RESEAL_SCREENS'];
  for (const { way, size, theme } of pictures === undefined ? WAYS.filter(({ usual }) => usual) : WAYS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: theme });
    expect(await violations(page), `${name}${way}`).toEqual([]);
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `${name}${way}.png`), animations: 'disabled' });
  }
  await page.setViewportSize(WAYS[0].size);
  await page.emulateMedia({ colorScheme: null });
}
const press = (name: string | RegExp): Promise<void> =>
  alma.page.getByRole('button', { name }).first().click();
/** Goes into the folder of the office in the picker, and takes it. */
async function chooseOffice(take: string): Promise<void> {
  const { page } = alma;
  await press('Home folder');
  await page.locator('.picker-entries').getByRole('button', { name: 'office' }).click();
  await page.locator('.picker-path', { hasText: '/office' }).waitFor();
  await press(take);
}
const lines = async (): Promise<(string | null)[]> =>
  Promise.all(
    (await alma.page.locator('[data-old-backup]').all()).map((line) => line.getAttribute('data-old-backup')),
  );

describe('old backups', () => {
  it('stand on the first screen, the overdue one first and in words', async () => {
    const { page } = alma;
    await page.getByText('One old backup is OVERDUE.').waitFor();
    expect(await lines()).toEqual(['overdue', 'due']);
    await page.getByText(/OVERDUE since \d{4}-\d\d-\d\d, (?:29|30) days$/).waitFor();
    await look(page, 'old-backups');
  });

  it('are off the list once two people have said how, and what is wrong stands at its field', async () => {
    const { page } = alma;
    await press('Say how it was destroyed: Safe A, Treasury, epoch 0');
    await page.locator('[data-screen="old-backup"]').waitFor();
    await look(page, 'old-backup');
    expect(await page.getByLabel('Who did it').inputValue()).toBe('Alma');
    await page.getByLabel('Who watched').fill('alma ');
    await press('Sign the statement');
    await page.getByText('"alma" cannot watch themselves.').waitFor();
    expect(await page.locator('.complaint').allInnerTexts()).toEqual([
      'Expected one of these. None is chosen.',
      'Expected some text, found nothing.',
      '"alma" cannot watch themselves. Name the second person who was there.',
    ]);
    // The keyboard is where the first thing is wrong.
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('radio');
    await look(page, 'old-backup-wrong');
    await page.getByLabel('Something else, in your words').check();
    await page.getByLabel('What was done, in your words').fill('Dropped into the volcano');
    await page.getByLabel('With what').fill('Etna');
    await page.getByLabel('Who watched').fill('Bruno Berg');
    await page.keyboard.press('Enter');
    await page.getByText('Signed: it is off the list').waitFor();
    await look(page, 'old-backup-signed');
    const home = room.holders[0]?.home ?? '';
    const [statement = '', ...more] = fs.readdirSync(join(home, 'destroyed'));
    expect(more).toEqual([]);
    expect(JSON.parse(fs.readFileSync(join(home, 'destroyed', statement), 'utf8'))).toMatchObject({
      ...{ method: 'Dropped into the volcano', tool: 'Etna', who: 'Alma', witness: 'Bruno Berg' },
      ...{ epoch: 0, label: 'Safe A', serial: 'bag 7' },
    });
    await press('To the first screen');
    await page.locator('[data-screen="home"]').waitFor();
    expect(await lines()).toEqual(['due']);
    expect(await page.getByText('OVERDUE').count()).toBe(0);
    await look(page, 'old-backups-due');
  });
});

describe('documents', () => {
  it('are what a result leads to, and are listed when they are made', async () => {
    const { page } = alma;
    await page.getByRole('button', { name: /^Open the result: .*epoch 1 → 2/ }).click();
    await page.locator('[data-screen="result"]').waitFor();
    await page.getByText(/^Destroy the old backups: “Safe A”/).waitFor();
    await look(page, 'result-documents');
    await press('Make the documents');
    await page.getByText('Where do the documents go?').waitFor();
    await page.getByRole('button', { name: 'Home folder' }).waitFor();
    await look(page, 'documents-where');
    await chooseOffice('Make the documents here');
    await page.getByRole('heading', { name: /^\d+ documents, \d+ pages$/ }).waitFor({ timeout: 60_000 });
    await look(page, 'documents-made');
    const folder = join(userHome, 'office', `documents-refresh-${refreshes[1]?.slice(0, 8) ?? ''}`);
    const shown = await page.locator('tbody th').allInnerTexts();
    expect(shown).toContain('report.pdf');
    expect([...shown].sort()).toEqual(fs.readdirSync(folder).sort());
    await page.getByText('the record, VALID').waitFor();
    await page.getByText('listed in the checklists').waitFor();
    await press('Back to the ceremony');
    await page.locator('[data-screen="result"]').waitFor();
  });

  it('are not written over others, and the screen says so', async () => {
    const { page } = alma;
    const folder = join(userHome, 'office', `documents-refresh-${refreshes[1]?.slice(0, 8) ?? ''}`);
    fs.writeFileSync(join(folder, 'report.pdf'), 'mine');
    await press('Make the documents');
    await chooseOffice('Make the documents here');
    await page
      .getByText(/report\.pdf is there already, and is another document/)
      .waitFor({ timeout: 60_000 });
    await look(page, 'documents-refused');
    expect(fs.readFileSync(join(folder, 'report.pdf'), 'utf8')).toBe('mine');
    await page.keyboard.press('Escape');
    await page.locator('[data-screen="result"]').waitFor();
  });
});

describe('a record', () => {
  it('is packed as one file, once', async () => {
    const { page } = alma;
    await press('Open the record');
    await page.getByText('This record is valid').waitFor();
    await press('Pack as one file');
    await page.getByRole('dialog').waitFor();
    await look(page, 'record-pack');
    await chooseOffice('Pack it here');
    await page
      .getByRole('main')
      .getByText(/^Packed: \d+ files, /)
      .waitFor();
    await look(page, 'record-packed');
    const packed = join(userHome, 'office', `refresh-${refreshes[1]?.slice(0, 8) ?? ''}.reseal`);
    const record = join(room.holders[0]?.home ?? '', 'records', `refresh-${refreshes[1]?.slice(0, 8) ?? ''}`);
    expect(readRecordAt(packed)).toEqual(readRecordAt(record));
    await press('Pack as one file');
    await chooseOffice('Pack it here');
    await page.getByText(/is there already: nothing was written/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await press('Make the documents');
    await page.getByText('Where do the documents go?').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('This record is valid').waitFor();
  });
});

describe('the folder for the auditor', () => {
  it('is made beside the documents, and its README says how to check it', async () => {
    const { page } = alma;
    await press('Folder for the auditor');
    await chooseOffice('Make it here');
    await page
      .getByRole('main')
      .getByText(/^The folder for the auditor is made: \d+ files, /)
      .waitFor({ timeout: 60_000 });
    const folder = join(userHome, 'office', `audit-refresh-${refreshes[1]?.slice(0, 8) ?? ''}`);
    expect(fs.readFileSync(join(folder, 'README.txt'), 'utf8')).toContain(
      'python3 verifiers/verify.py record',
    );
    expect(fs.readdirSync(join(folder, 'documents'))).toContain('report.pdf');
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: folder });
    execFileSync('python3', ['verifiers/verify.py', 'record', 'record.reseal'], { cwd: folder });
  });
});

describe('a timestamp', () => {
  it('is asked for with a file, and kept once the answer is one to it', async () => {
    const { page } = alma;
    const name = `refresh-${refreshes[1]?.slice(0, 8) ?? ''}`;
    await page.getByText('This record has none.').waitFor();
    await press('Ask for a timestamp');
    await chooseOffice('Write the request here');
    await page.getByRole('main').getByText('The request is written.').waitFor();
    const authority = new Authority(join(dir, 'authority'));
    const request = fs.readFileSync(join(userHome, 'office', `${name}.tsq`));
    const answer = authority.answer(request, authority.issue('Clock of the tests'));
    const wrong = answer.map((byte, at) => (at === answer.length - 1 ? byte ^ 1 : byte));
    fs.writeFileSync(join(userHome, 'office', 'wrong.tsr'), wrong);
    fs.writeFileSync(join(userHome, 'office', 'right.tsr'), answer);
    const choose = async (file: string): Promise<void> => {
      await press('Home folder');
      const entries = page.locator('.picker-entries');
      await entries.getByRole('button', { name: 'office' }).click();
      await page.locator('.picker-path', { hasText: '/office' }).waitFor();
      await entries.getByRole('button', { name: file }).click();
    };
    await press('Add the answer');
    await choose('wrong.tsr');
    await page
      .getByRole('dialog')
      .getByText(/signature/)
      .waitFor();
    await look(page, 'timestamp-refused');
    await choose('right.tsr');
    await page.getByText('CN=Clock of the tests').waitFor();
    await page.locator('.badge', { hasText: 'about this record' }).waitFor();
    await page.getByText('This record is valid').waitFor();
    await look(page, 'timestamp');
    const record = join(room.holders[0]?.home ?? '', 'records', name);
    expect(fs.readdirSync(join(record, 'timestamps'))).toHaveLength(1);
  });
});

describe('single lines', () => {
  it('are proven to somebody who must not see the rest', async () => {
    const { page } = alma;
    await page.getByRole('heading', { name: 'Transcript' }).click();
    await page.getByLabel(/^Line 3: /).check();
    await page.getByLabel(/^Line 1: /).check();
    await look(page, 'transcript');
    await press('Disclose 2 lines');
    await chooseOffice('Write it here');
    await page
      .getByRole('main')
      .getByText(/^The file proves 2 of the \d+ lines, and shows no other/)
      .waitFor();
    const name = `disclosure-refresh-${refreshes[1]?.slice(0, 8) ?? ''}-1-3.json`;
    const disclosed = checkDisclosure(new Uint8Array(fs.readFileSync(join(userHome, 'office', name))));
    expect(disclosed.entries.map(({ seq }) => seq)).toEqual([1, 3]);
  });
});

describe('scripts and forms', () => {
  it('are made from the plan, once the words that stand on them are compared', async () => {
    const { page } = alma;
    const { administrator } = room;
    await press('To the records');
    await press('To the first screen');
    await page.locator('[data-screen="home"]').waitFor();
    const { records } = await administrator.ask('key:records', {});
    const newest = records.reduce((a, b) => (b.epoch > a.epoch ? b : a));
    const made = await administrator.ask(
      'plan:make',
      room.draft({ kind: 'refresh', holders: [], record: newest.id }),
    );
    await press(/^Continue: Refresh/);
    await page.locator('[data-step="join"]').waitFor();
    expect(await page.getByText('Scripts and forms on paper').count()).toBe(0);
    await page.locator('#step-form [name="code"]').fill(made.code.join(' '));
    await press('Join the ceremony');
    await page.locator('[data-step="approved"]').waitFor();
    await look(page, 'scripts');
    await press('Scripts and forms on paper');
    await page.getByText('Where do the documents go?').waitFor();
    await chooseOffice('Make the documents here');
    await page.getByText('the plan', { exact: true }).waitFor({ timeout: 60_000 });
    await look(page, 'scripts-made');
    const folder = join(userHome, 'office', `documents-before-refresh-${made.ceremony.slice(0, 8)}`);
    expect(fs.readdirSync(folder)).toContain('script-holder-1.pdf');
    await press('Back to the ceremony');
    await page.locator('[data-step="approved"]').waitFor();
  });
});

describe('a holder whose laptop was lost', () => {
  it('gets another card in the plan, and everybody is told of it', async () => {
    const { page } = alma;
    await press('To the first screen');
    await page.locator('[data-screen="home"]').waitFor();
    await press('Start a ceremony');
    await page.getByRole('button', { name: 'Laptop lost: Bruno' }).click();
    const choice = page.getByLabel('The other laptop of holder 2 (Bruno)');
    expect(await choice.evaluate((one) => one === document.activeElement)).toBe(true);
    const option = choice.locator('option', { hasText: 'Laptop of Bruno' });
    await choice.selectOption((await option.getAttribute('value')) ?? '');
    await page
      .getByText('Holder 2 (Bruno) comes with another laptop than the key record names.', { exact: false })
      .waitFor();
    await look(page, 'plan-laptop-lost');
    await choice.selectOption('');
    await page
      .getByText('Holder 2 (Bruno) comes with another laptop', { exact: false })
      .waitFor({ state: 'detached' });
  });
});
