// The built console in real Chromium shows its card: what the display shows, pixel by pixel, read again and put together.
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumConsole } from '../../../electron/chromium/host.ts';
import type { Picture } from '../../../optical/read/picture.ts';
import { draw, QUIET_ZONE } from '../../../optical/symbol/draw.ts';
import { FINE_PATTERN } from '../../../optical/symbol/flashes.ts';
import { unpackBody } from '../../../optical/wire/body.ts';
import { Receiver } from '../../../optical/wire/receiver.ts';
import { openBuiltConsole, type TestWindow } from '../../../test-support/chromium-window.ts';
import { openZxingHere } from '../../../test-support/codes.ts';
import { PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';

const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-show-'));
const zxing = await openZxingHere();
let alma: ChromiumConsole;
let display: CDPSession;

beforeAll(async () => {
  const home = join(dir, 'alma');
  const engine = new TestConsole(home);
  await engine.begin('Alma', null);
  await engine.close();
  alma = await openBuiltConsole(home);
  display = await alma.context.newCDPSession(alma.page);
  await alma.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await alma.page.keyboard.press('Enter');
  await alma.page.waitForSelector('[data-screen="home"]');
  await alma.page.keyboard.press('e');
  await alma.page.getByRole('button', { name: 'Show the card' }).click();
  await alma.page.waitForSelector('[data-screen="show"] canvas:not([hidden])');
  await alma.page.getByRole('button', { name: 'Settings' }).click();
  await alma.page.evaluate(() => document.querySelector('h1')?.focus());
  // As small as codes go: then the card takes many of them.
  for (let press = 0; press < 8; press++) await alma.page.keyboard.press('-');
  await alma.page.getByText('codes a second').waitFor();
}, 240_000);
afterAll(async () => {
  await alma.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

/** A display with this many device pixels in a CSS pixel, and a window of this size on it. */
async function onDisplay(scale: number, width = 1280, height = 800): Promise<void> {
  await display.send('Emulation.setDeviceMetricsOverride', {
    width,
    height,
    deviceScaleFactor: scale,
    mobile: false,
  });
}

async function look(): Promise<Picture> {
  const { data } = await display.send('Page.captureScreenshot', { format: 'png' });
  const { width, height, data: pixels } = PNG.sync.read(Buffer.from(data, 'base64'));
  return { width, height, data: new Uint8ClampedArray(pixels) };
}

/** How many device pixels of a code in a picture are not exactly black or white as they should be. */
function wrongPixels(
  picture: Picture,
  bytes: Uint8Array,
  version: number,
  from: { x: number; y: number },
): number {
  const { size, modules } = draw(bytes, version);
  const at = (x: number, y: number): number => (y * picture.width + x) * 4;
  // The finder pattern in the upper left corner is seven modules wide.
  const corner = { x: Math.round(from.x), y: Math.round(from.y) };
  while (picture.data[at(corner.x - 1, corner.y)] === 0) corner.x -= 1;
  while (picture.data[at(corner.x, corner.y - 1)] === 0) corner.y -= 1;
  let wide = 0;
  while (picture.data[at(corner.x + wide, corner.y)] === 0) wide += 1;
  const pixels = wide / 7;
  expect(Number.isInteger(pixels) && pixels >= 2).toBe(true);
  let wrong = 0;
  const quiet = QUIET_ZONE * pixels;
  for (let y = -quiet; y < size * pixels + quiet; y++)
    for (let x = -quiet; x < size * pixels + quiet; x++) {
      const [column, row] = [Math.floor(x / pixels), Math.floor(y / pixels)];
      const inside = column >= 0 && row >= 0 && column < size && row < size;
      const wanted = inside && modules[row * size + column] === 1 ? 0 : 255;
      const place = at(corner.x + x, corner.y + y);
      if ([0, 1, 2].some((part) => picture.data[place + part] !== wanted)) wrong += 1;
    }
  return wrong;
}

/** The body that is shown, by the bridge. */
async function shownBody(): Promise<Uint8Array> {
  const bytes = await alma.page.evaluate(async () => {
    const { reseal } = window as unknown as TestWindow;
    const ask = async (channel: string, input: unknown): Promise<unknown> =>
      ((await reseal.invoke(channel, input)) as unknown as { value: unknown }).value;
    const { outgoing } = (await ask('state:get', {})) as { outgoing: { id: string }[] };
    const { body } = (await ask('optical:content', { id: outgoing[0]?.id })) as { body: Uint8Array };
    return [...body];
  });
  return Uint8Array.from(bytes);
}

const rate = (): Promise<string> => alma.page.locator('.show-rate').innerText();

describe('a card as codes', () => {
  it.each([
    [1, 1280, 800],
    [1.25, 1280, 720],
    [1.5, 1280, 800],
    [2, 640, 360],
    [1.5, 1001, 701],
  ])(
    'at %d device pixels in a pixel, %d × %d, every module is a square of whole pixels',
    async (scale, width, height) => {
      await onDisplay(scale, width, height);
      await alma.page.waitForTimeout(500);
      const picture = await look();
      const [code] = await zxing.decode(picture, 2);
      if (code === undefined) throw new Error('no code is read');
      const middle = { x: code.corners[0].x + 2, y: code.corners[0].y + 2 };
      expect(wrongPixels(picture, code.bytes, code.version, middle)).toBe(0);
    },
  );

  it.each([1, 1.5])('comes out of screenshots to the byte, at %d device pixels in a pixel', async (scale) => {
    await onDisplay(scale);
    const receiver = new Receiver();
    for (let pictures = 0; pictures < 400; pictures++) {
      for (const { bytes } of await zxing.decode(await look(), 2)) {
        const heard = receiver.add(bytes);
        if (heard.what !== 'message') continue;
        expect(heard.messages).toEqual(unpackBody(await shownBody()));
        expect(heard.progress.needed).toBeGreaterThan(3);
        return;
      }
    }
    throw new Error('the message did not come together');
  });

  it('two at a time carry frames of their own', async () => {
    await onDisplay(1);
    await alma.page.getByLabel('Distance').selectOption('Near');
    // A card fits into one code that is as dense as that. The two stay two at any density.
    expect(await rate()).toContain('stands still');
    await alma.page.getByRole('slider', { name: 'Density' }).press('Home');
    await alma.page.getByText('Two times').waitFor();
    await alma.page.waitForTimeout(500);
    const codes = await zxing.decode(await look(), 2);
    expect(codes.length).toBe(2);
    expect(codes[0]?.bytes).not.toEqual(codes[1]?.bytes);
  });
});

interface Changes {
  readonly changes: { readonly at: number; readonly modulePixels: number }[];
}

describe('the flash rule', () => {
  it('is kept on the display itself, whatever somebody presses', async () => {
    await onDisplay(1);
    const { page } = alma;
    await page.evaluate(() => {
      const changes: { at: number; modulePixels: number }[] = [];
      Object.assign(globalThis, { changes });
      const prototype = CanvasRenderingContext2D.prototype as unknown as Record<
        'drawImage',
        (this: CanvasRenderingContext2D, ...given: unknown[]) => void
      >;
      const { drawImage } = prototype;
      prototype.drawImage = function (...given) {
        const [image] = given as [OffscreenCanvas];
        const modulePixels = this.canvas.width / image.width / devicePixelRatio;
        // The time of this refresh, as requestAnimationFrame has it.
        changes.push({ at: Number(document.timeline.currentTime), modulePixels });
        drawImage.apply(this, given);
      };
    });
    await page.evaluate(() => document.querySelector('h1')?.focus());
    const keys = ['-', '+', ' ', 'ArrowRight', '+', 'ArrowLeft', ' ', '+', '-', '-', '-', '-'];
    for (let turn = 0; turn < 6; turn++) for (const key of keys) await page.keyboard.press(key);
    const speed = page.getByRole('slider', { name: 'Speed' });
    await speed.focus();
    for (const key of ['Home', 'End', 'ArrowLeft', 'Home', 'End', 'ArrowLeft', 'ArrowLeft', 'End'])
      for (let wait = 0; wait < 3; wait++) {
        await page.keyboard.press(key);
        await page.waitForTimeout(60);
      }
    for (const preset of ['Far', 'Near', 'Projector', 'Laptop to laptop'])
      for (let again = 0; again < 2; again++) {
        await page.getByLabel('Distance').selectOption(preset);
        await page.waitForTimeout(300);
      }
    const changes = await page.evaluate(() => (globalThis as unknown as Changes).changes);
    expect(changes.length).toBeGreaterThan(20);
    expect(new Set(changes.map(({ modulePixels }) => modulePixels > 3.41)).size).toBe(2);
    for (const [index, { at, modulePixels }] of changes.entries()) {
      const before = changes[index - 1];
      if (before === undefined) continue;
      const isCoarse = Math.max(modulePixels, before.modulePixels) > FINE_PATTERN;
      // Six changes a second, and twenty.
      expect(at - before.at).toBeGreaterThan(isCoarse ? 164 : 47);
    }
  });
});
