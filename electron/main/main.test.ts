// The Electron host, run against a stand-in for the module "electron" that notes every call. Then everything that was
// handed to it is called with what a hostile page, device or server would cause.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Dispatch, Host } from '../console/host.ts';
import {
  commandLine,
  ELECTRON_ORIGIN,
  proxy,
  refusedSchemes,
  responseHeaders,
  schemePrivileges,
  webPreferences,
} from '../security/policy.ts';

type Handler = (...args: unknown[]) => unknown;
interface Call {
  readonly path: string;
  readonly args: readonly unknown[];
}

const stage = vi.hoisted(() => {
  const calls: Call[] = [];
  interface Call {
    readonly path: string;
    readonly args: readonly unknown[];
  }
  /** Whatever is called is noted and answers with another recorder, unless it has an answer of its own. */
  const answers: Record<string, (...args: never[]) => unknown> = {
    'app.commandLine.getSwitchValue': () => '/laptop',
    'app.requestSingleInstanceLock': () => true,
    'app.whenReady': () => Promise.resolve(),
    'app.getVersion': () => '0.1.0',
    'new BrowserWindow.isDestroyed': () => false,
  };
  // An arrow function could not be constructed.
  function callable(): void {
    return undefined;
  }
  const recorder = (path: string): unknown =>
    new Proxy(callable, {
      get: (_target, key) =>
        key === 'then' || typeof key === 'symbol' ? undefined : child(`${path}.${key}`),
      apply: (_target, _this, args: unknown[]) => {
        calls.push({ path, args });
        const answer = answers[path] as ((...args: unknown[]) => unknown) | undefined;
        return answer === undefined ? child(`${path}()`) : answer(...args);
      },
      construct: (_target, args: unknown[]) => {
        calls.push({ path: `new ${path}`, args });
        return child(`new ${path}`) as object;
      },
    });
  const known = new Map<string, unknown>();
  function child(path: string): unknown {
    const value = known.get(path) ?? recorder(path);
    known.set(path, value);
    return value;
  }
  const given: { host: unknown; closings: number } = { host: undefined, closings: 0 };
  return { calls, child, given };
});

vi.mock('electron', () =>
  Object.fromEntries(
    ['app', 'BrowserWindow', 'ipcMain', 'Menu', 'protocol', 'session'].map((name) => [
      name,
      stage.child(name),
    ]),
  ),
);
vi.mock('./surroundings.ts', async (original) => ({
  ...(await original<object>()),
  loadConsole: () =>
    Promise.resolve((host: unknown) => {
      stage.given.host = host;
      (host as Host).serve(((sender: unknown, channel: unknown, input: unknown) =>
        Promise.resolve({ sender, channel, input })) as unknown as Dispatch);
      return {
        close: () => {
          stage.given.closings += 1;
          return Promise.resolve();
        },
      };
    }),
}));
vi.mock('./assets.ts', () => ({
  openAssets: () => Promise.resolve((url: string, method: string) => Promise.resolve(`${method} ${url}`)),
}));
vi.mock('./software.ts', () => ({
  measureSoftware: () => Promise.resolve({ digest: 'ab'.repeat(32), files: {} }),
}));

const { calls } = stage;
const named = (path: string): readonly Call[] => calls.filter((call) => call.path === path);
const only = (path: string): readonly unknown[] => {
  const found = named(path);
  expect(found, path).toHaveLength(1);
  return found[0]?.args ?? [];
};
/** The handler that was given for an event. */
const listener = (path: string, event: string): Handler => {
  const found = named(path).filter(({ args }) => args[0] === event);
  expect(found, `${path} ${event}`).toHaveLength(1);
  return found[0]?.args[1] as Handler;
};
/** Calls the listener of an event and says whether it prevented it, and what it called back. */
const prevents = (path: string, event: string, ...rest: unknown[]): unknown => {
  let prevented = false;
  listener(path, event)({ preventDefault: () => (prevented = true), url: 'https://example.com/' }, ...rest);
  return prevented;
};

const CONTENTS = 'contents';
const SESSION = 'sealed';

const defects = ['uncaughtException', 'unhandledRejection'] as const;
const before = defects.map((event) => process.listeners(event as 'uncaughtException'));
afterAll(() => {
  for (const [n, event] of defects.entries())
    for (const added of process.listeners(event as 'uncaughtException'))
      if (before[n]?.includes(added) !== true) process.removeListener(event, added);
});
beforeAll(async () => {
  await import('./main.ts');
  await vi.waitFor(() => {
    expect(named('new BrowserWindow.loadURL')).toHaveLength(1);
  });
  // What Electron calls for every page and every session that comes to be.
  listener('app.on', 'web-contents-created')({}, stage.child(CONTENTS));
  listener('app.on', 'session-created')(stage.child(SESSION));
});

test('the window is opened with exactly the preferences of the policy', () => {
  const [options] = only('new BrowserWindow') as [{ webPreferences: Record<string, unknown>; show: boolean }];
  const { session, preload, ...preferences } = options.webPreferences;
  expect(preferences).toEqual(webPreferences);
  expect(session).toBe(stage.child('session.fromPartition()'));
  expect(preload).toMatch(/[\\/]preload[\\/]preload\.cjs$/);
  expect(options.show).toBe(false);
  expect(only('new BrowserWindow.loadURL')).toEqual([`${ELECTRON_ORIGIN}/`]);
  expect(only('new BrowserWindow.setContentProtection')).toEqual([true]);
});

test('before anything else: switches, sandbox for all, one console per laptop, no menu', () => {
  expect(named('app.commandLine.appendSwitch').map(({ args }) => args)).toEqual(
    commandLine.map(([name, value]) => [name, value]),
  );
  expect(only('app.enableSandbox')).toEqual([]);
  expect(only('app.requestSingleInstanceLock')).toEqual([]);
  expect(only('Menu.setApplicationMenu')).toEqual([null]);
  const order = calls.map(({ path }) => path);
  expect(order.indexOf('app.enableSandbox')).toBeLessThan(order.indexOf('app.whenReady'));
  expect(order.lastIndexOf('app.commandLine.appendSwitch')).toBeLessThan(order.indexOf('app.whenReady'));
  expect(named('app.exit')).toEqual([]);
});

test('what Chromium writes lies in the laptop’s folder, and the session in memory', () => {
  expect(named('app.setPath').map(({ args }) => args)).toEqual([
    ['userData', join('/laptop', 'window')],
    ['crashDumps', join('/laptop', 'window')],
  ]);
  const [partition, options] = only('session.fromPartition') as [string, object];
  expect(partition).not.toMatch(/^persist:/);
  expect(options).toEqual({ cache: false });
});

test('the scheme of the window has the privileges of the policy and no others', () => {
  expect(only('protocol.registerSchemesAsPrivileged')).toEqual([
    [{ scheme: 'app', privileges: schemePrivileges }],
  ]);
  const [scheme, handler] = only('session.fromPartition().protocol.handle') as [string, Handler];
  expect(scheme).toBe('app');
  return expect(handler({ url: 'app://console/x', method: 'GET' })).resolves.toBe('GET app://console/x');
});

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
  'a page: %s is prevented',
  (event) => {
    expect(prevents(`${CONTENTS}.on`, event, {}, { src: 'https://example.com/' })).toBe(true);
  },
);

test('a page: no window is opened, no Bluetooth device chosen, no developer tools', () => {
  const [open] = only(`${CONTENTS}.setWindowOpenHandler`) as [Handler];
  for (const url of ['https://example.com/', `${ELECTRON_ORIGIN}/`, 'about:blank', 'file:///etc/passwd'])
    expect(open({ url })).toEqual({ action: 'deny' });
  const choose = vi.fn();
  expect(prevents(`${CONTENTS}.on`, 'select-bluetooth-device', [{ deviceId: 'x' }], choose)).toBe(true);
  expect(choose).toHaveBeenCalledExactlyOnceWith('');
  listener(`${CONTENTS}.on`, 'devtools-opened')();
  expect(only(`${CONTENTS}.closeDevTools`)).toEqual([]);
  expect(only(`${CONTENTS}.setWebRTCIPHandlingPolicy`)).toEqual(['disable_non_proxied_udp']);
});

test('a session: requests', () => {
  const [handler] = only(`${SESSION}.webRequest.onBeforeRequest`) as [Handler];
  const cancelled = (url: string): unknown => {
    const callback = vi.fn();
    handler({ url }, callback);
    return (callback.mock.calls[0]?.[0] as { cancel: boolean }).cancel;
  };
  for (const url of [
    'http://127.0.0.1/',
    'https://example.com/',
    'file:///etc/passwd',
    'ws://127.0.0.1/',
    'devtools://devtools/bundled/inspector.html',
    'app://other/',
    'chrome://gpu',
  ])
    expect(cancelled(url), url).toBe(true);
  expect(cancelled(`${ELECTRON_ORIGIN}/index.html`)).toBe(false);
});

test('a session: schemes of the network are answered with a refusal', async () => {
  const handled = named(`${SESSION}.protocol.handle`);
  expect(handled.map(({ args }) => args[0])).toEqual([...refusedSchemes]);
  for (const { args } of handled) {
    const response = (args[1] as () => Response)();
    expect(response.status).toBe(403);
    expect(await response.text()).toBe('');
    for (const [name, value] of Object.entries(responseHeaders))
      expect(response.headers.get(name)).toBe(value);
  }
});

test('a session: offline, behind a proxy that is not there, and no certificate is good', () => {
  expect(only(`${SESSION}.setProxy`)).toEqual([proxy]);
  expect(only(`${SESSION}.enableNetworkEmulation`)).toEqual([{ offline: true }]);
  const verified = vi.fn();
  (only(`${SESSION}.setCertificateVerifyProc`) as [Handler])[0]({ hostname: 'example.com' }, verified);
  expect(verified).toHaveBeenCalledExactlyOnceWith(-2);
});

test('a session: permissions', () => {
  const [request] = only(`${SESSION}.setPermissionRequestHandler`) as [Handler];
  const [check] = only(`${SESSION}.setPermissionCheckHandler`) as [Handler];
  const asked = (permission: string, details: object): unknown => {
    const callback = vi.fn();
    request(null, permission, callback, details);
    expect(callback).toHaveBeenCalledOnce();
    return callback.mock.calls[0]?.[0];
  };
  const own = { requestingUrl: `${ELECTRON_ORIGIN}/`, isMainFrame: true };
  expect(asked('media', { ...own, mediaTypes: ['video'] })).toBe(true);
  expect(asked('media', { ...own, mediaTypes: ['video', 'audio'] })).toBe(false);
  expect(asked('media', { ...own, mediaTypes: ['audio'] })).toBe(false);
  expect(asked('media', own)).toBe(false);
  expect(asked('media', { ...own, isMainFrame: false, mediaTypes: ['video'] })).toBe(false);
  expect(
    asked('media', { requestingUrl: 'https://example.com/', isMainFrame: true, mediaTypes: ['video'] }),
  ).toBe(false);
  for (const permission of [
    'geolocation',
    'notifications',
    'midiSysex',
    'openExternal',
    'fileSystem',
    'clipboard-read',
  ])
    expect(asked(permission, own), permission).toBe(false);

  expect(check(null, 'media', ELECTRON_ORIGIN, { mediaType: 'video', isMainFrame: true })).toBe(true);
  expect(check(null, 'media', ELECTRON_ORIGIN, { mediaType: 'audio', isMainFrame: true })).toBe(false);
  expect(check(null, 'media', ELECTRON_ORIGIN, { isMainFrame: true })).toBe(false);
  expect(check(null, 'media', 'https://example.com', { mediaType: 'video', isMainFrame: true })).toBe(false);
  expect(check(null, 'usb', ELECTRON_ORIGIN, { isMainFrame: true })).toBe(false);
});

test('a session: devices, screens, downloads, spelling', () => {
  expect((only(`${SESSION}.setDevicePermissionHandler`) as [Handler])[0]({ deviceType: 'usb' })).toBe(false);
  const protectedClasses = ['hid', 'mass-storage'];
  expect((only(`${SESSION}.setUSBProtectedClassesHandler`) as [Handler])[0]({ protectedClasses })).toBe(
    protectedClasses,
  );
  const paired = vi.fn();
  (only(`${SESSION}.setBluetoothPairingHandler`) as [Handler])[0]({}, paired);
  expect(paired).toHaveBeenCalledExactlyOnceWith({ confirmed: false });
  const shared = vi.fn();
  (only(`${SESSION}.setDisplayMediaRequestHandler`) as [Handler])[0]({}, shared);
  expect(shared).toHaveBeenCalledExactlyOnceWith(null);

  const hid = vi.fn();
  expect(prevents(`${SESSION}.on`, 'select-hid-device', { deviceList: [{}] }, hid)).toBe(true);
  expect(hid).toHaveBeenCalledExactlyOnceWith(null);
  const serial = vi.fn();
  expect(prevents(`${SESSION}.on`, 'select-serial-port', [{}], {}, serial)).toBe(true);
  expect(serial).toHaveBeenCalledExactlyOnceWith('');
  const usb = vi.fn();
  expect(prevents(`${SESSION}.on`, 'select-usb-device', { deviceList: [{}] }, usb)).toBe(true);
  expect(usb).toHaveBeenCalledExactlyOnceWith();
  expect(prevents(`${SESSION}.on`, 'will-download', {})).toBe(true);
  expect(only(`${SESSION}.setSpellCheckerEnabled`)).toEqual([false]);
});

test('the program: no log-in, no client certificate, no exception for a bad certificate', () => {
  expect(prevents('app.on', 'login')).toBe(true);
  expect(prevents('app.on', 'select-client-certificate')).toBe(true);
  const trusted = vi.fn();
  expect(prevents('app.on', 'certificate-error', {}, 'https://x/', 'ERR', {}, trusted)).toBe(true);
  expect(trusted).toHaveBeenCalledExactlyOnceWith(false);
});

test('one channel carries messages, and says truly where they come from', async () => {
  const [channel, handler] = only('ipcMain.handle') as [string, Handler];
  expect(channel).toBe('reseal');
  expect(named('ipcMain.on')).toEqual([]);
  const own = stage.child('new BrowserWindow.webContents');
  const url = `${ELECTRON_ORIGIN}/`;
  const sent = (event: object): unknown => handler(event, 'state:get', { a: 1 });
  await expect(sent({ sender: own, senderFrame: { url, parent: null } })).resolves.toEqual({
    sender: { frameUrl: url, isMainFrame: true },
    channel: 'state:get',
    input: { a: 1 },
  });
  for (const event of [
    { sender: own, senderFrame: { url, parent: {} } },
    { sender: {}, senderFrame: { url, parent: null } },
    { sender: own, senderFrame: null },
  ])
    await expect(sent(event)).resolves.toMatchObject({ sender: { isMainFrame: false } });
});

test('the application is told where it is, and what it sends arrives', () => {
  const host = stage.given.host as Host;
  expect(host).toMatchObject({
    kind: 'electron',
    appOrigin: ELECTRON_ORIGIN,
    home: '/laptop',
    version: '0.1.0',
    softwareDigest: 'ab'.repeat(32),
  });
  expect(host.engine.href).toMatch(/\/main\/engine\.js$/);
  host.send('state', { n: 1 });
  expect(only('new BrowserWindow.webContents.send')).toEqual(['reseal:push', 'state', { n: 1 }]);
});

test('an unforeseen error ends the program, without a window that shows it', () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const [n, event] of defects.entries()) {
    const added = process
      .listeners(event as 'uncaughtException')
      .filter((one) => before[n]?.includes(one) !== true);
    expect(added).toHaveLength(1);
    added[0]?.(new Error('detail'), 'uncaughtException');
  }
  expect(named('app.exit').map(({ args }) => args)).toEqual([[1], [1]]);
  expect(written.mock.calls.map(String).join('')).not.toContain('detail');
  written.mockRestore();
});

test('closing the window closes the application, then the program', async () => {
  listener('app.on', 'window-all-closed')();
  await vi.waitFor(() => {
    expect(named('app.exit').map(({ args }) => args)).toEqual([[1], [1], [0]]);
  });
  expect(stage.given.closings).toBe(1);
});

test('nothing that reports, updates or opens other programs is called', () => {
  const paths = calls.map(({ path }) => path).join('\n');
  expect(paths).not.toMatch(/crashReporter|autoUpdater|shell|openExternal|setFeedURL|disableHardware/);
});

test('only two files touch Electron', async () => {
  const folders = ['electron', 'laptop', 'devices', 'ceremony', 'crypto', 'renderer'];
  const users: string[] = [];
  for (const folder of folders)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!/\.tsx?$/.test(entry.name) || entry.name.endsWith('.test.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      if (/from 'electron'|import\('electron|require\('electron/.test(await readFile(file, 'utf8')))
        users.push(file.replaceAll('\\', '/'));
    }
  expect(users.sort()).toEqual(['electron/main/main.ts', 'electron/preload/preload.ts']);
});
