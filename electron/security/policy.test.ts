import { expect, test } from 'vitest';
import {
  allowsRequest,
  CHROMIUM_ORIGIN,
  commandLine,
  contentSecurityPolicy,
  disabledFeatures,
  ELECTRON_ORIGIN,
  isStartPage,
  originOf,
  permits,
  responseHeaders,
  webPreferences,
} from './policy.ts';

test('the content security policy, word by word', () => {
  expect(contentSecurityPolicy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'none'",
    "worker-src 'self'",
    "manifest-src 'none'",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types camera-reader',
  ]);
  expect(responseHeaders['content-security-policy']).toBe(contentSecurityPolicy);
  expect(responseHeaders['permissions-policy']).toMatch(/^camera=\(self\)(, [a-z-]+=\(\))+$/);
});

test.each([ELECTRON_ORIGIN, CHROMIUM_ORIGIN])('requests of %s', (origin) => {
  for (const url of [`${origin}/`, `${origin}/assets/a.js`, `blob:${origin}/0b5a6f`])
    expect(allowsRequest(url, origin), url).toBe(true);
  for (const url of [
    'https://example.com/',
    'http://127.0.0.1/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'data:text/html,x',
    'devtools://devtools/bundled/inspector.html',
    'chrome://gpu',
    'about:blank',
    'app://other/',
    'https://console.invalid.example.com/',
    'https://console.invalid:8443/',
    origin.replace('://', '://user:word@'),
    `blob:https://example.com/0b5a6f`,
    'filesystem:https://console.invalid/temporary/x',
    '',
    'not an address',
  ])
    expect(allowsRequest(url, origin), url).toBe(false);
});

test('one host’s address is nothing to the other', () => {
  expect(allowsRequest(`${ELECTRON_ORIGIN}/`, CHROMIUM_ORIGIN)).toBe(false);
  expect(allowsRequest(`${CHROMIUM_ORIGIN}/`, ELECTRON_ORIGIN)).toBe(false);
});

test('the camera for the window itself, and nothing else', () => {
  const page = `${ELECTRON_ORIGIN}/`;
  expect(permits('media', page, ['video'], true)).toBe(true);
  // Electron names an origin without its last slash in some places.
  expect(permits('media', ELECTRON_ORIGIN, ['video'], true)).toBe(true);
  expect(permits('media', page, ['video'], false)).toBe(false);
  expect(permits('media', page, ['audio'], true)).toBe(false);
  expect(permits('media', page, ['video', 'audio'], true)).toBe(false);
  expect(permits('media', page, [], true)).toBe(false);
  expect(permits('media', page, [undefined], true)).toBe(false);
  for (const url of ['https://example.com/', 'app://other/', 'app://console.example/', 'file:///x', ''])
    expect(permits('media', url, ['video'], true), url).toBe(false);
  for (const permission of [
    'geolocation',
    'notifications',
    'fileSystem',
    'openExternal',
    'usb',
    'hid',
    'unknown',
  ])
    expect(permits(permission, page, ['video'], true), permission).toBe(false);
});

test('there is one page', () => {
  expect(isStartPage(`${CHROMIUM_ORIGIN}/`, CHROMIUM_ORIGIN)).toBe(true);
  for (const path of ['/index.html', '/?x', '/#x', '/assets/a.js', ''])
    expect(isStartPage(`${CHROMIUM_ORIGIN}${path}`, CHROMIUM_ORIGIN), path).toBe(false);
});

test('an origin is scheme and host', () => {
  expect(originOf('app://console/index.html?x#y')).toBe('app://console');
  expect(originOf('https://console.invalid/')).toBe('https://console.invalid');
  expect(originOf('not an address')).toBeNull();
});

test('no switch or preference opens anything', () => {
  const text = JSON.stringify([commandLine, webPreferences]);
  expect(text).not.toMatch(
    /no-sandbox|disable-web-security|remote-debugging|ignore-certificate|allow-file-access/,
  );
  expect(webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    devTools: false,
    spellcheck: false,
  });
  expect(commandLine.find(([name]) => name === 'disable-features')?.[1]).toBe(disabledFeatures.join(','));
  // Written twice, the second would replace the first.
  expect(new Set(commandLine.map(([name]) => name)).size).toBe(commandLine.length);
});

test('every switch has its reason', () => {
  for (const [name, , reason] of commandLine) expect(reason.length, name).toBeGreaterThan(5);
});
