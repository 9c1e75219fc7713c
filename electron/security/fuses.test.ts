import { readFile } from 'node:fs/promises';
import { FuseV1Options } from '@electron/fuses';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { FUSES, UNTOUCHED_FUSES } from './fuses.ts';

test('the packaging sets exactly these fuses', async () => {
  const config = parse(
    await readFile(new URL('../../electron-builder.yml', import.meta.url), 'utf8'),
  ) as Readonly<Record<string, unknown>>;
  expect(config['electronFuses']).toEqual(Object.fromEntries(FUSES.map(([name, value]) => [name, value])));
});

test('every fuse that Electron has is decided here', () => {
  const all = Object.values(FuseV1Options).filter((name) => typeof name === 'string');
  const named = [...FUSES.map(([name]) => name as string), ...UNTOUCHED_FUSES];
  expect(named.map((name) => name.toLowerCase()).sort()).toEqual(
    all.map((name) => name.toLowerCase()).sort(),
  );
});

test('fuses that would run other people’s code are off, those that guard ours are on', () => {
  expect(Object.fromEntries(FUSES.map(([name, value]) => [name, value]))).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});
