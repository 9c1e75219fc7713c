// The link test of the built console in real Chromium. The laptop opposite is this test: it shows codes to the camera of the
// console, and reads the screen of the console.
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumConsole } from '../../../electron/chromium/host.ts';
import type { ConsoleState } from '../../../electron/ipc/state.ts';
import { Watcher } from '../../../optical/read/watcher.ts';
import { draw } from '../../../optical/symbol/draw.ts';
import { recommend } from '../../../optical/symbol/recommend.ts';
import { openBuiltConsole, type TestWindow } from '../../../test-support/chromium-window.ts';
import { openZxingHere } from '../../../test-support/codes.ts';
import { PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';
import { HeldCode } from '../../../test-support/held-code.ts';
import { testFilm, type TestFilm } from './test-film.ts';
import { resultWords } from './words.ts';

const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-link-'));
const eye = new HeldCode(join(dir, 'camera.y4m'));
const zxing = await openZxingHere();
let alma: ChromiumConsole;

/** Holds a code before the camera, at one pixel of the camera for each of the screen. */
function hold({ frame, layoutOf }: TestFilm, sequence: number): void {
  const { pixels, version } = layoutOf(sequence);
  eye.hold(draw(frame(sequence), version), pixels);
}

const stateOf = (): Promise<ConsoleState> =>
  alma.page.evaluate(async () => {
    const reply = await (window as unknown as TestWindow).reseal.invoke('state:get', {});
    return (reply as unknown as { value: ConsoleState }).value;
  });

beforeAll(async () => {
  const home = join(dir, 'alma');
  const engine = new TestConsole(home);
  await engine.begin('Alma', null);
  await engine.close();
  alma = await openBuiltConsole(home, { args: eye.args });
  await alma.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await alma.page.keyboard.press('Enter');
  await alma.page.waitForSelector('[data-screen="home"]');
}, 240_000);
afterAll(async () => {
  await alma.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

describe('two laptops that face each other', () => {
  it('both learn what the other one sees, and come to the same result', async () => {
    const { page } = alma;
    await page.getByRole('button', { name: 'Try screen and camera' }).click();
    await page.waitForSelector('[data-screen="link"] canvas:not([hidden])');
    await page.waitForSelector('.link-video:not([hidden])');
    const watcher = new Watcher();
    const film = testFilm(
      Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1),
      // A low window: few sizes fit, so that a turn is short.
      { room: { width: 640, height: 240, scale: 1 }, refreshRate: 60 },
      () => 1280,
      () => watcher.report('zxing'),
    );
    if (film === null) throw new Error('a film expected');
    watcher.setOwn(film.nonce);
    const results = page.locator('.link-result:not(.link-result-open)');
    let sequence = 0;
    while ((await results.count()) < 2 || watcher.about?.complete !== true) {
      hold(film, sequence++);
      const { width, height, data } = PNG.sync.read(await page.screenshot());
      const picture = { width, height, data: new Uint8ClampedArray(data) };
      // A camera takes thirty pictures a second; this one misses most of them.
      const at = (sequence * 1000) / 30;
      watcher.note({ at, width, height, codes: await zxing.decode(picture, 1) });
    }
    const report = watcher.report('zxing');
    const other = watcher.other;
    if (report === null || other === null) throw new Error('something was seen');
    expect(other.screen).toMatchObject({ width: 1280, scale: 1 });
    expect(other.screen.refreshRate).toBeGreaterThan(20);
    // What they read of this screen stands there as this laptop would put it.
    const here = recommend(other.screen, report);
    const there = recommend(film.screen, watcher.about);
    if (here === null || there === null) throw new Error('a result expected');
    const words = await results.allInnerTexts();
    expect(words[0]).toContain('They read this screen');
    expect(words[0]).toContain(`At ${report.camera.lines} lines`);
    expect(words[1]).toContain(resultWords(there, watcher.about).split(':')[0]);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-screen="home"]');
    const { optical } = (await stateOf()).settings;
    expect(optical.measured?.lines).toBe(report.camera.lines);
    expect(optical.measured?.hits).toBeGreaterThan(0);
    // The camera's light is out.
    expect(await page.locator('video').count()).toBe(0);
  }, 240_000);
});

describe('a laptop without a camera', () => {
  it('says so, shows its codes all the same, and takes what a person chooses', async () => {
    const { page } = alma;
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('as a test wants', 'NotFoundError'));
    });
    await page.getByRole('button', { name: 'Try screen and camera' }).click();
    await page.getByText('This laptop has no camera').waitFor();
    await page.waitForSelector('[data-screen="link"] canvas:not([hidden])');
    const use = page.getByRole('button', { name: 'Use this' });
    expect(await use.getAttribute('aria-disabled')).toBe('true');
    await page.getByLabel('This screen will show').selectOption('Far');
    await use.click();
    await page.waitForSelector('[data-screen="home"]');
    expect((await stateOf()).settings.optical).toMatchObject({
      preset: 'far',
      density: 3,
      rate: 6,
      codes: 1,
    });
  });
});
