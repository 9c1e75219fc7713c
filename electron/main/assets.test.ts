import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM_ORIGIN, ELECTRON_ORIGIN, responseHeaders } from '../security/policy.ts';
import { openAssets, type Assets } from './assets.ts';

let folder: string;
let assets: Assets;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reseal-assets-'));
  const root = join(folder, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.json'), 'outside');
  await writeFile(join(root, 'index.html'), '<p>window</p>');
  await writeFile(join(root, 'assets', 'main-a1.js'), 'export {};');
  await writeFile(join(root, 'assets', 'font.woff2'), 'font');
  await writeFile(join(root, 'assets', 'main-a1.js.map'), '{}');
  await writeFile(join(root, 'notes.txt'), 'text');
  await writeFile(join(root, '.hidden.json'), '{}');
  await symlink(join(folder, 'secret.json'), join(root, 'link.json'));
  await symlink(folder, join(root, 'up'));
  assets = await openAssets(root, ELECTRON_ORIGIN);
});
afterAll(() => rm(folder, { recursive: true }));

const get = (path: string) => assets(`${ELECTRON_ORIGIN}${path}`, 'GET');

test.each([
  ['/', 'text/html; charset=utf-8', '<p>window</p>'],
  ['/index.html', 'text/html; charset=utf-8', '<p>window</p>'],
  ['/assets/main-a1.js', 'text/javascript; charset=utf-8', 'export {};'],
  ['/assets/font.woff2', 'font/woff2', 'font'],
  // An address is made plain before it is looked up, as a browser does.
  ['/assets/../index.html', 'text/html; charset=utf-8', '<p>window</p>'],
])('serves %s', async (path, type, body) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await response.text()).toBe(body);
});

test.each([
  ['what is not there', '/missing.js'],
  ['a way out', '/../secret.json'],
  ['an encoded way out', '/%2e%2e/secret.json'],
  ['an encoded slash', '/..%2fsecret.json'],
  ['a twice encoded way out', '/%252e%252e%252fsecret.json'],
  ['a backslash', '/..\\secret.json'],
  ['an encoded backslash', '/..%5csecret.json'],
  ['NUL', '/index.html%00.png'],
  ['half an encoding', '/%E0%A4%A'],
  ['an encoded name that exists', '/%69ndex.html'],
  ['two slashes', '//index.html'],
  ['a folder', '/assets/'],
  ['a folder without its slash', '/assets'],
  ['a link to a file', '/link.json'],
  ['a link to a folder', '/up/secret.json'],
  ['a hidden file', '/.hidden.json'],
  ['an unknown type', '/notes.txt'],
  ['a source map', '/assets/main-a1.js.map'],
  ['a query', '/index.html?x'],
  ['another case', '/INDEX.HTML'],
])('refuses %s', async (_what, path) => {
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
});

test.each([
  'app://other/index.html',
  'app://console.example/index.html',
  'app://console:80/index.html',
  'app://user@console/index.html',
  `${CHROMIUM_ORIGIN}/index.html`,
  'file:///etc/passwd',
  'not an address',
])('refuses %s', async (url) => {
  expect((await assets(url, 'GET')).status).toBe(404);
});

test.each(['POST', 'HEAD', 'PUT', 'get'])('refuses the method %s', async (method) => {
  expect((await assets(`${ELECTRON_ORIGIN}/index.html`, method)).status).toBe(405);
});

test('every answer has all headers', async () => {
  for (const response of [
    await get('/'),
    await get('/missing.js'),
    await assets(`${ELECTRON_ORIGIN}/`, 'POST'),
  ])
    for (const [name, value] of Object.entries(responseHeaders))
      expect(response.headers.get(name)).toBe(value);
});

test('a file that went away is not there', async () => {
  const root = join(folder, 'gone');
  await mkdir(root);
  await writeFile(join(root, 'a.js'), '');
  const served = await openAssets(root, ELECTRON_ORIGIN);
  await rm(join(root, 'a.js'));
  expect((await served(`${ELECTRON_ORIGIN}/a.js`, 'GET')).status).toBe(404);
});

test('property: no address answers with anything but a file of the window', async () => {
  const known = new Set(['<p>window</p>', 'export {};', 'font', '']);
  const piece = fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '/',
    '\\',
    '%2f',
    '%5c',
    '%00',
    'assets',
    'up',
    'secret.json',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 6 })), { maxLength: 8 }),
      async (parts) => {
        const response = await get(`/${parts.join('/')}`);
        expect(known.has(await response.text())).toBe(true);
      },
    ),
    { seed: 2, numRuns: 300 },
  );
});
