// A sheet in the built console: printed by a real printing service, held before the camera, mistyped and corrected.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumConsole } from '../../electron/chromium/host.ts';
import { violations } from '../../test-support/axe.ts';
import { openBuiltConsole } from '../../test-support/chromium-window.ts';
import { openZxingHere } from '../../test-support/codes.ts';
import { ConsoleRoom, PASSPHRASE, TestConsole } from '../../test-support/consoles.ts';
import { HeldCode } from '../../test-support/held-code.ts';
import { readByUs, renderPage } from '../../test-support/paper.ts';
import { startPrinter, type TestPrinter } from '../../test-support/printer.ts';

const LABEL = 'Bag A';
const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-sheet-'));
const spool = fs.mkdtempSync(join(tmpdir(), 'reseal-printer-'));
const camera = new HeldCode(join(dir, 'camera.y4m'));
const room = new ConsoleRoom(join(dir, 'room'));
const own = process.env['CUPS_SERVER'];
let printer: TestPrinter;
let alma: ChromiumConsole;
let ceremony = '';
let code: readonly string[] = [];

beforeAll(async () => {
  // A folder of its own: the service's filters run as another user, who has to reach it.
  printer = await startPrinter(spool);
  process.env['CUPS_SERVER'] = printer.env.CUPS_SERVER;
  await room.begin();
  const made = await room.administrator.ask(
    'plan:make',
    room.draft({ backups: [{ kind: 'sealed-sheet', label: LABEL }] }),
  );
  ceremony = made.ceremony;
  code = made.code;
  await room.toStep(ceremony, code, 'backups');
  const [first] = room.holders;
  await first?.close();
  alma = await openBuiltConsole(first?.home ?? '', { args: camera.args });
  await alma.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await alma.page.keyboard.press('Enter');
  await alma.page
    .getByRole('button', { name: /^Continue: / })
    .or(alma.page.locator('.sheet-print'))
    .first()
    .waitFor();
  const go = alma.page.getByRole('button', { name: /^Continue: / });
  if (await go.isVisible()) await go.click();
  await alma.page.locator('.sheet-print').waitFor();
}, 300_000);
afterAll(async () => {
  await alma.close();
  await room.close();
  await printer.close();
  if (own === undefined) delete process.env['CUPS_SERVER'];
  else process.env['CUPS_SERVER'] = own;
  for (const folder of [dir, spool]) fs.rmSync(folder, { recursive: true, force: true });
});

const picture = async (name: string): Promise<void> => {
  const pictures = process.env['RESEAL_SCREENS'];
  if (pictures !== undefined) await alma.page.screenshot({ path: join(pictures, `${name}.png`) });
};
/** The lines of a printed sheet, as its code has them. */
const linesOn = async (pdf: string): Promise<string[]> =>
  (await readByUs(await openZxingHere(), renderPage(pdf, 150)))?.split('/') ?? [];

describe('the sheet of a new share', () => {
  it('is printed from the window, by a printing service, and says whose it is', async () => {
    await picture('sheet-print');
    expect(await violations(alma.page)).toEqual([]);
    await alma.page.getByRole('button', { name: /^Print it on / }).click();
    await alma.page
      .locator('.sheet-print')
      .getByText(/^Printed: sheet [A-Z0-9]{4}\./)
      .waitFor({ timeout: 60_000 });
    const [pdf, ...more] = printer.pages();
    expect(more).toEqual([]);
    const text = execFileSync('pdftotext', ['-layout', pdf ?? '', '-'], { encoding: 'utf8' });
    expect(text).toContain('Treasury');
    expect(text).toContain('REHEARSAL');
    expect(await linesOn(pdf ?? '')).toHaveLength(4);
  }, 120_000);

  it('is read back by the camera', async () => {
    const [pdf = ''] = printer.pages();
    const page = renderPage(pdf, 110);
    const zxing = await openZxingHere();
    const data = new Uint8ClampedArray([...page.luma].flatMap((grey) => [grey, grey, grey, 255]));
    const [seen] = await zxing.decode({ width: page.width, height: page.height, data }, 1);
    if (seen === undefined) throw new Error('the page has a code');
    const [a, , c] = seen.corners;
    camera.holdPage(page, { x: (a.x + c.x) / 2, y: (a.y + c.y) / 2 });
    await alma.page.getByRole('button', { name: 'Hold it before the camera' }).click();
    await alma.page
      .locator('.sheet-field')
      .getByText(/^Every line is right: the sealed sheet of holder 1, epoch 0\./)
      .waitFor();
    await picture('sheet-read');
    expect(await violations(alma.page)).toEqual([]);
    // What it says is not on the screen, which others may see.
    const [line = ''] = await linesOn(pdf);
    expect((await alma.page.content()).includes(line)).toBe(false);
    // The camera's light is out.
    expect(await alma.page.locator('video').count()).toBe(0);
  }, 120_000);

  it('with typing mistakes is proposed, and taken only when a person says so', async () => {
    const { page } = alma;
    const [first = '', ...others] = await linesOn(printer.pages()[0] ?? '');
    await page.getByRole('button', { name: 'Type its lines instead' }).click();
    const lines = page.getByLabel(/^Or type its lines/);
    const wrong =
      first.slice(0, 20) + (first[20] === 'Q' ? 'P' : 'Q') + first.slice(21, 40) + '?' + first.slice(41);
    await lines.fill([wrong, ...others.slice(0, -1)].join('\n'));
    await page.getByRole('button', { name: 'Check the lines' }).click();
    await page
      .locator('.sheet-field')
      .getByText(/Line 4 of 4 is missing/)
      .waitFor();
    await lines.fill([wrong, ...others].join('\n'));
    await page.getByRole('button', { name: 'Check the lines' }).click();
    await page.locator('.sheet-field').getByText('Nearly: some characters do not fit').waitFor();
    await picture('sheet-proposals');
    expect(await violations(page)).toEqual([]);
    // Whoever goes on without looking is refused, and nothing has happened.
    await page.getByLabel(/Serial number of the medium/).fill('0048-113');
    await page.getByLabel(/Name of the person who watched|watched/).fill('Bruno Berg');
    await page.getByRole('button', { name: 'It is read back' }).click();
    await page
      .locator('form')
      .getByText(/The sheet is not read exactly/)
      .waitFor();
    await page.getByRole('button', { name: 'The paper says so: take these' }).click();
    await page
      .locator('.sheet-field')
      .getByText(/^Every line is right/)
      .waitFor();
    await page.getByRole('button', { name: 'It is read back' }).click();
    await page.locator('.sheet-print').waitFor({ state: 'detached' });
  }, 120_000);
});

describe('the ceremony', () => {
  it('goes on to its end, and its record says how each sheet was read back', async () => {
    await alma.close();
    const [first, ...others] = room.holders;
    const again = new TestConsole(first?.home ?? '');
    room.holders[0] = again;
    await again.ask('vault:open', { passphrase: PASSPHRASE });
    const zxing = await openZxingHere();
    for (const holder of others) {
      const [part] = (await holder.ceremony(ceremony)).parts;
      const { path } = await holder.ask('sheet:write', {
        ...{ ceremony, role: part?.role ?? '', label: LABEL },
        folder: dir,
      });
      const text = await readByUs(zxing, renderPage(path, 150));
      expect(await holder.ask('sheet:check', { text: text ?? '' })).toMatchObject({ state: 'right' });
      expect(await holder.goOn(ceremony, { 'backups.sheet': text ?? '' })).toBe(true);
    }
    await room.toEnd(ceremony, code);
    const { record } = await room.administrator.ceremony(ceremony);
    const report = await room.administrator.ask('record:verify', { path: record ?? '' });
    expect(report.verdict).toBe('VALID');
    const backups = report.rules.find(({ rule }) => rule === 'check_backups')?.evidence ?? [];
    expect(backups).toHaveLength(3);
    for (const line of backups)
      expect(line).toContain('read from paper, opened and matched the public share');
    expect(backups.join()).toContain('0048-113');
  }, 240_000);
});
