// The built console in real Chromium, whose camera is a film of one picture that is written over: light in, cards out.
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumConsole } from '../../../electron/chromium/host.ts';
import { CHROMIUM_ORIGIN } from '../../../electron/security/policy.ts';
import { draw } from '../../../optical/symbol/draw.ts';
import { drawText } from '../../../optical/symbol/draw-text.ts';
import { openUrSender } from '../../../optical/ur/sender.ts';
import { openSender, type Sender } from '../../../optical/wire/sender.ts';
import { decodeTopic, NO_TOPIC } from '../../../optical/wire/topic.ts';
import { violations } from '../../../test-support/axe.ts';
import { openBuiltConsole, type TestWindow } from '../../../test-support/chromium-window.ts';
import { PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';
import { HeldCode } from '../../../test-support/held-code.ts';
import { generated } from '../../../test-support/records.ts';
import { keyResources } from '../../../ceremony/formats/key-resources.ts';
import { decodeKeyRecord } from '../../../ceremony/key-record.ts';

/** Camera pixels on a side of a module. */
const PIXELS = 4;

const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-camera-'));
const camera = new HeldCode(join(dir, 'camera.y4m'));
/** Cards of another laptop, as frames. */
const cards: Sender[] = [];
let bruno: TestConsole;
let alma: ChromiumConsole;

/** Holds a code before the camera, or nothing. */
function hold(bytes?: Uint8Array): void {
  camera.hold(bytes === undefined ? null : draw(bytes), PIXELS);
}

beforeAll(async () => {
  const home = join(dir, 'alma');
  const engine = new TestConsole(home);
  await engine.begin('Alma', null);
  await engine.close();
  bruno = new TestConsole(join(dir, 'bruno'));
  await bruno.begin('Bruno', null);
  for (let made = 0; made < 3; made++) {
    await bruno.ask('card:make', {});
    const [card] = (await bruno.now()).outgoing;
    const { body, topic } = await bruno.ask('optical:content', { id: card?.id ?? '' });
    cards.push(openSender(body, decodeTopic(topic) ?? NO_TOPIC, 300));
  }
  alma = await openBuiltConsole(home, { args: camera.args });
  await alma.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await alma.page.keyboard.press('Enter');
  await alma.page.waitForSelector('[data-screen="home"]');
}, 240_000);
afterAll(async () => {
  await alma.close();
  await bruno.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

interface Ears {
  readonly tracks: MediaStreamTrack[];
}

/** A window that has scanned nothing yet, which keeps hold of every camera that is opened. */
async function freshWindow(without: readonly string[]): Promise<void> {
  const { page } = alma;
  await page.reload();
  await page.waitForSelector('[data-screen="home"]');
  await page.evaluate((names) => {
    for (const name of names) Reflect.deleteProperty(globalThis, name);
    const tracks: MediaStreamTrack[] = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    Object.assign(globalThis, { tracks });
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      tracks.push(...stream.getTracks());
      return stream;
    };
  }, without);
}

const trackStates = (): Promise<string[]> =>
  alma.page.evaluate(() =>
    (globalThis as unknown as Ears).tracks.map(({ kind, readyState }) => `${kind} ${readyState}`),
  );

const haveCards = async (): Promise<number> =>
  alma.page.evaluate(async () => {
    const reply = await (window as unknown as TestWindow).reseal.invoke('card:list', {});
    const { cards } = (reply as unknown as { value: { cards: { name: string }[] } }).value;
    return cards.filter(({ name }) => name === 'Bruno').length;
  });

/** Shows one frame after the other until it is seen that the card was taken. */
async function showUntilTaken(card: Sender): Promise<void> {
  const check = alma.page.locator('.scan-check');
  for (let sequence = 0; !(await check.isVisible()); sequence++) {
    hold(card.frame(sequence));
    await alma.page.waitForTimeout(100);
  }
}

describe.each([
  { way: 'a stream of frames', without: [], decoder: 'zxing' },
  { way: 'one picture after the other', without: ['MediaStreamTrackProcessor'], decoder: 'zxing' },
  { way: 'frames, without WebAssembly', without: ['WebAssembly'], decoder: 'jsqr' },
])('by $way', ({ without, decoder }) => {
  it('a card that is held before the camera is taken, and the camera is off afterwards', async () => {
    const { page } = alma;
    const before = await haveCards();
    const card = cards[before];
    if (card === undefined) throw new Error('no card left');
    hold();
    await freshWindow(without);
    expect(await trackStates()).toEqual([]);
    await page.keyboard.press('c');
    await page.waitForSelector('.finder-video:not([hidden])');
    expect(await trackStates()).toEqual(['video live']);
    await showUntilTaken(card);
    expect(await page.locator('.scan-check').innerText()).toContain('The enrolment card of ');
    expect(await haveCards()).toBe(before + 1);
    expect(await page.getByText('Read with jsQR').isVisible()).toBe(decoder === 'jsqr');
    // The one that is here is not taken twice, and the window goes on looking.
    await page.waitForSelector('.outline-done');
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-screen="home"]');
    expect(await trackStates()).toEqual(['video ended']);
  });
});

describe('a UR of another wallet', () => {
  it('in many parts is put together, said beside what this laptop knows, and not kept', async () => {
    const { page } = alma;
    const { files } = await generated({
      suite: 'secp256k1',
      holders: 3,
      threshold: 2,
      alg: 'ES256',
      seed: 'ur',
    });
    const record = files.get('keys/after.json');
    if (record === undefined) throw new Error('no key record');
    const resource = keyResources(decodeKeyRecord(record)).find(({ name }) => name === 'key');
    if (resource === undefined || resource.text === null) throw new Error('no key');
    // Small parts: what a wallet on a small screen shows.
    const sender = openUrSender(resource.type, resource.cbor, 12);
    expect(sender.count).toBeGreaterThan(2);
    hold();
    await freshWindow([]);
    await page.keyboard.press('c');
    await page.waitForSelector('.finder-video:not([hidden])');
    const word = page.locator('.scan-resource');
    for (let sequence = 1; !(await word.isVisible()); sequence++) {
      camera.hold(drawText(sender.part(sequence).toUpperCase()), PIXELS);
      await page.waitForTimeout(100);
    }
    const said = await word.innerText();
    expect(said.replaceAll(/\s/gu, '')).toContain(resource.text.replaceAll(/\s/gu, ''));
    expect(said).toContain('Not known here');
    expect(said).toContain('Nothing of it is kept');
    const pictures = process.env['RESEAL_SCREENS'];
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, 'scan-ur.png') });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-screen="home"]');
    expect((await page.locator('body').innerText()).includes(resource.text)).toBe(false);
  });
});

describe('the reader of codes', () => {
  it('is one worker from the window’s own files, and nothing was asked for elsewhere', () => {
    expect(alma.page.workers().map((worker) => new URL(worker.url()).origin)).toEqual([CHROMIUM_ORIGIN]);
    expect(alma.refused).toEqual([]);
  });

  it('has the one exception to Trusted Types: nobody gets another one', async () => {
    const attempts = await alma.page.evaluate(() => {
      const attempt = (act: () => unknown): string => {
        try {
          act();
          return 'done';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const types = (
        globalThis as unknown as { trustedTypes: { createPolicy(n: string, r: object): unknown } }
      ).trustedTypes;
      return [
        attempt(() => types.createPolicy('camera-reader', { createScriptURL: (url: string) => url })),
        attempt(() => types.createPolicy('another', {})),
        attempt(() => new Worker('/assets/other.js')),
      ];
    });
    expect(attempts).toEqual(['TypeError', 'TypeError', 'TypeError']);
  });
});

describe('a camera that is taken away, or is not there', () => {
  it('is said in a sentence with a next step, and "Try again" tries', async () => {
    const { page } = alma;
    hold();
    await freshWindow([]);
    await page.evaluate(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      const outcomes = ['NotAllowedError', 'NotReadableError', 'NotFoundError'];
      mediaDevices.getUserMedia = (wanted) => {
        const name = outcomes.shift();
        return name === undefined ? open(wanted) : Promise.reject(new DOMException('as a test wants', name));
      };
    });
    await page.keyboard.press('c');
    await page.getByText('does not let Reseal use the camera').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('another program uses it').waitFor();
    await page.keyboard.press('t');
    await page.getByText('This laptop has no camera').waitFor();
    // One that is plugged in is noticed.
    await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
    await page.waitForSelector('.finder-video:not([hidden])');
    // As if its plug were drawn: the browser ends the track and says so.
    await page.evaluate(() => {
      const track = (globalThis as unknown as Ears).tracks.at(-1);
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    await page.getByText('The camera was taken away').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForSelector('.finder-video:not([hidden])');
    await page.keyboard.press('Escape');
    expect(await trackStates()).toEqual(['video ended', 'video ended']);
  });
});
