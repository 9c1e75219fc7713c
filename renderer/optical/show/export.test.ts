// The built console shows a key to another wallet: the code on its screen, read by the real reader and another implementation.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChromiumConsole } from '../../../electron/chromium/host.ts';
import { keyResources } from '../../../ceremony/formats/key-resources.ts';
import { decodeKeyRecord } from '../../../ceremony/key-record.ts';
import { writeRecord } from '../../../laptop/files.ts';
import { openBuiltConsole } from '../../../test-support/chromium-window.ts';
import { openZxingHere } from '../../../test-support/codes.ts';
import { refreshed } from '../../../test-support/records.ts';

const { URDecoder } = createRequire(import.meta.url)('@ngraveio/bc-ur') as {
  URDecoder: new () => {
    receivePart(part: string): boolean;
    isComplete(): boolean;
    resultUR(): { type: string; cbor: Buffer };
  };
};
const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-export-'));
const { files } = await refreshed({
  suite: 'secp256k1',
  holders: 3,
  threshold: 2,
  alg: 'ES256',
  seed: 'export',
});
const resources = keyResources(decodeKeyRecord(files.get('keys/after.json')!));
let window: ChromiumConsole;
/** Place in the list of what the screen shows. */
let shownAt = 0;

/** What a code on the screen says now; null if none can be read. */
async function codeOnScreen(): Promise<string | null> {
  const { width, height, data } = PNG.sync.read(await window.page.screenshot());
  const zxing = await openZxingHere();
  const [code] = await zxing.decode({ width, height, data: new Uint8ClampedArray(data) }, 1);
  return code === undefined ? null : new TextDecoder().decode(code.bytes);
}

beforeAll(async () => {
  const path = join(dir, 'records', 'refresh-00000000');
  fs.mkdirSync(join(dir, 'records'), { recursive: true });
  writeRecord(path, files);
  window = await openBuiltConsole(dir);
  await window.page.getByRole('button', { name: 'Verify a record' }).click();
  await window.page.waitForSelector('[data-screen="records"]');
  await window.page
    .getByRole('button', { name: /^Verify: / })
    .first()
    .click();
  await window.page.getByRole('button', { name: 'To another wallet' }).click();
  await window.page.waitForSelector('[data-screen="export"] canvas:not([hidden])');
}, 120_000);
afterAll(async () => {
  await window.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

it.each(resources.map(({ name, title, text, cbor, type }, at) => ({ name, title, text, cbor, type, at })))(
  'what it shows of the $name is what another implementation reads, and the text stands beside it',
  async ({ title, text, cbor, type, at }) => {
    // A code stays for as long as the flash rule asks, also when something else was chosen meanwhile.
    const before = at === shownAt ? null : await codeOnScreen();
    await window.page.getByLabel('What is shown').selectOption({ index: at });
    shownAt = at;
    await window.page.getByText(`ur:${type}`).waitFor();
    if (text !== null) await window.page.getByText(text, { exact: true }).waitFor();
    const decoder = new URDecoder();
    let changed = before === null;
    for (let tries = 0; tries < 60 && !decoder.isComplete(); tries++) {
      const part = await codeOnScreen();
      changed ||= part !== null && part !== before;
      if (changed && part !== null) decoder.receivePart(part.toLowerCase());
    }
    expect(decoder.isComplete(), title).toBe(true);
    const { type: found, cbor: content } = decoder.resultUR();
    expect({ type: found, content: content.toString('hex') }).toEqual({
      type,
      content: Buffer.from(cbor).toString('hex'),
    });
  },
);
