import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import { makeVault, PASSPHRASE } from '../../test-support/vaults.ts';
import { lockVault } from './lock.ts';
import { openVault } from './vault.ts';

it('lets one in at a time, and the next after the release', () => {
  const folder = temporaryFolder();
  const release = lockVault(folder);
  expect(() => lockVault(folder)).toThrow(`Another Reseal process (pid ${process.pid}) uses this vault`);
  release();
  release();
  lockVault(folder)();
  expect(fs.readdirSync(folder)).toEqual([]);
});

it('keeps a second opener of a vault out, before it asks for time or memory', async () => {
  const folder = temporaryFolder();
  const vault = await makeVault(folder);
  await expect(openVault(join(folder, 'vault'), PASSPHRASE)).rejects.toMatchObject({ code: 'in-use' });
  vault.close();
  (await openVault(join(folder, 'vault'), PASSPHRASE)).close();
});

it('is free again after a wrong passphrase', async () => {
  const folder = temporaryFolder();
  (await makeVault(folder)).close();
  await expect(openVault(join(folder, 'vault'), 'wrong')).rejects.toMatchObject({ code: 'wrong-passphrase' });
  (await openVault(join(folder, 'vault'), PASSPHRASE)).close();
});

it('respects a living process and takes over from a dead one', async () => {
  const folder = temporaryFolder();
  const lock = JSON.stringify(join(import.meta.dirname, 'lock.ts'));
  const program = `import { lockVault } from ${lock}; lockVault(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(() => lockVault(folder)).toThrow(`(pid ${child.pid})`);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(fs.readdirSync(folder)).toHaveLength(1);
  lockVault(folder)();
  expect(fs.readdirSync(folder)).toEqual([]);
});

it('knows a process by more than its number', () => {
  const folder = temporaryFolder();
  const release = lockVault(folder);
  const [name] = fs.readdirSync(folder);
  release();
  const [, pid, started, boot, namespace, random] = name!.split('.');
  const plant = (...parts: (string | undefined)[]): void => {
    fs.writeFileSync(join(folder, `lock.${parts.join('.')}`), '');
  };
  // The same number, but started at another time, or before the machine was restarted: somebody else, and dead.
  plant(pid, `${started}1`, boot, namespace, random);
  plant(
    pid,
    started,
    boot!.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    namespace,
    random,
  );
  lockVault(folder)();
  expect(fs.readdirSync(folder)).toEqual([]);
  // A number of another namespace cannot be judged from here.
  plant('1', started, boot, `${namespace}1`, random);
  expect(() => lockVault(folder)).toThrow(`remove ${folder}/lock.1.`);
  // Other files are nobody's lock.
  fs.readdirSync(folder).forEach((other) => {
    fs.rmSync(join(folder, other));
  });
  fs.writeFileSync(join(folder, 'lock.txt'), '');
  lockVault(folder)();
  expect(fs.readdirSync(folder)).toEqual(['lock.txt']);
});
