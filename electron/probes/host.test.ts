import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sender } from '../console/host.ts';
import { measureSoftware } from '../main/software.ts';
import {
  builtProgram,
  openTestConsole,
  removeProgram,
  type TestConsole,
  type TestWindow,
} from '../../test-support/chromium-window.ts';
import { chromiumArguments, findChromium, openInChromium, temporaryFolder } from '../chromium/host.ts';

let out: string;
let opened: TestConsole;
const asked: { sender: Sender; channel: unknown; input: unknown }[] = [];

beforeAll(async () => {
  out = await builtProgram();
  opened = await openTestConsole(out, (host) => {
    host.serve((sender, channel, input) => {
      asked.push({ sender, channel, input });
      if (channel === 'function') return Promise.resolve({ ok: true, value: () => 0 });
      return Promise.resolve({ ok: true, value: input });
    });
  });
});
afterAll(async () => {
  await opened.close();
  await removeProgram(out);
});

test('the application is told where it is', async () => {
  expect(opened.host).toMatchObject({
    kind: 'chromium',
    appOrigin: 'https://console.invalid',
    home: join(out, 'home'),
    version: '0.0.0',
    softwareDigest: (await measureSoftware(out)).digest,
  });
  expect(opened.host.engine.href).toBe(new URL(`file://${out}/main/engine.js`).href);
});

test('an invoke crosses, is cloned both ways, and is recorded', async () => {
  const reply = await opened.page.evaluate(async () => {
    const { reseal } = window as unknown as TestWindow;
    const input = {
      text: 'ä',
      bytes: new Uint8Array([1, 2, 250]),
      when: new Date(0),
      none: null,
      list: [1.5],
    };
    const { value } = (await reseal.invoke('state:get', input)) as { value: typeof input };
    return [
      value.bytes instanceof Uint8Array,
      Array.from(value.bytes),
      value.when.getTime(),
      value === input,
    ];
  });
  expect(reply).toEqual([true, [1, 2, 250], 0, false]);
  expect(asked.at(-1)).toMatchObject({
    sender: { frameUrl: 'https://console.invalid/', isMainFrame: true },
    channel: 'state:get',
    input: { text: 'ä', none: null, list: [1.5] },
  });
  expect(opened.entries.at(-1)).toMatchObject({ kind: 'invoke', channel: 'state:get', reply: { ok: true } });
});

test('what cannot be cloned is thrown in the window, as in Electron', async () => {
  const told = await opened.page.evaluate(() =>
    (window as unknown as TestWindow).reseal.invoke('x', { act: () => 0 }).then(
      () => 'answered',
      (error: unknown) => (error as Error).name,
    ),
  );
  expect(told).toBe('DataCloneError');
  const back = await opened.page.evaluate(() =>
    (window as unknown as TestWindow).reseal.invoke('function', {}).then(
      () => 'answered',
      () => 'thrown',
    ),
  );
  expect(back).toBe('thrown');
});

test('pushes arrive in order, in a window loaded anew, too, until the listener goes', async () => {
  for (const round of [1, 2]) {
    await opened.page.evaluate(() => {
      const heard: unknown[] = [];
      const page = window as unknown as TestWindow & { heard: unknown[]; deaf: () => void };
      page.heard = heard;
      page.deaf = page.reseal.onPush((channel, payload) => heard.push([channel, payload]));
    });
    for (const n of [1, 2, 3]) opened.host.send('state', { n, round });
    await opened.page.waitForFunction(() => (window as unknown as { heard: unknown[] }).heard.length === 3);
    expect(await opened.page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual(
      [1, 2, 3].map((n) => ['state', { n, round }]),
    );
    await opened.page.evaluate(() => {
      (window as unknown as { deaf: () => void }).deaf();
    });
    opened.host.send('state', { n: 4, round });
    await opened.page.evaluate(() => (window as unknown as TestWindow).reseal.invoke('wait', {}));
    expect(await opened.page.evaluate(() => (window as unknown as { heard: unknown[] }).heard.length)).toBe(
      3,
    );
    await opened.page.reload();
  }
  expect(opened.entries.filter((entry) => entry.kind === 'push')).toHaveLength(8);
});

test('Chromium’s own sandbox is left out for root alone, and no port is opened', () => {
  expect(chromiumArguments().join(' ')).not.toMatch(/no-sandbox|remote-debugging|disable-web-security/);
});

test('the system’s Chromium is found by PATH', () => {
  expect(findChromium({ PATH: process.env['PATH'] })).toMatch(/\/chromium(-browser)?$/);
  expect(findChromium({ PATH: '/nowhere:' })).toBeNull();
  expect(findChromium({})).toBeNull();
});

test('closing the window closes the application and removes the profile, once', async () => {
  const profiles = async (): Promise<string[]> =>
    (await readdir(temporaryFolder(process.env))).filter((name) => name.startsWith('reseal-window-'));
  const before = new Set(await profiles());
  const other = await openTestConsole(out, () => undefined);
  const [profile] = (await profiles()).filter((name) => !before.has(name));
  expect(profile).toBeDefined();
  await other.page.close();
  await other.closed;
  expect(other.closings()).toBe(1);
  expect(existsSync(join(temporaryFolder(process.env), profile ?? ''))).toBe(false);
  await other.close();
  expect(other.closings()).toBe(1);
});

test('a Chromium that does not start leaves nothing behind', async () => {
  let started = false;
  const attempt = openInChromium({
    home: join(out, 'home'),
    version: '0.0.0',
    out,
    executable: '/bin/false',
    startConsole: () => {
      started = true;
      return { close: () => Promise.resolve() };
    },
  });
  await expect(attempt).rejects.toThrow();
  expect(started).toBe(false);
});
