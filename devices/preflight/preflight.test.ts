import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import { nonceMemory } from '../nonces/nonces.ts';
import { preflight, type Check, type CheckId, type PreflightOptions } from './preflight.ts';

/** A laptop on which everything is as it should be, in a folder: /proc and /sys are ordinary files here. */
function laptop(): PreflightOptions & { write(path: string, text: string): void } {
  const dir = temporaryFolder();
  const write = (path: string, text: string): void => {
    fs.mkdirSync(join(dir, path, '..'), { recursive: true });
    fs.writeFileSync(join(dir, path), text);
  };
  fs.mkdirSync(join(dir, 'courier'));
  write('sys/class/net/lo/operstate', 'unknown\n');
  write('sys/class/net/eth0/operstate', 'down\n');
  write('proc/swaps', 'Filename\tType\tSize\tUsed\tPriority\n');
  write('proc/sys/kernel/random/entropy_avail', '256\n');
  return {
    home: dir,
    courier: join(dir, 'courier'),
    backupDir: join(dir, 'backups'),
    nonces: { kind: 'tmpfs', place: '/dev/shm' },
    software: { digest: 'ab'.repeat(32), words: ['one', 'two', 'three', 'four'] },
    now: new Date('2026-11-25T10:00:00Z'),
    system: { proc: join(dir, 'proc'), sys: join(dir, 'sys') },
    write,
  };
}

function check(options: PreflightOptions, id: CheckId): Check {
  const found = preflight(options).find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

describe('preflight', () => {
  it('of a good laptop is in order, and leaves nothing behind', () => {
    const options = laptop();
    expect(preflight(options).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'clock ask',
      'network ok',
      'courier ok',
      'backups ok',
      'space ok',
      'memory ok',
      'swap ok',
      'entropy ok',
      'software ask',
    ]);
    expect(fs.readdirSync(options.courier ?? '')).toEqual([]);
    expect(fs.existsSync(options.backupDir)).toBe(false);
    expect(check(options, 'clock').found).toContain('2026-11-25 10:00:00 UTC');
    expect(check(options, 'software').found).toBe('one two three four (SHA-256 abababababababab…)');
  });

  it('of this very machine looks at the real files', () => {
    const options: PreflightOptions = { ...laptop(), system: { proc: '/proc', sys: '/sys' } };
    for (const one of preflight(options)) expect(one.found.length).toBeGreaterThan(3);
    expect(check(options, 'entropy').state).toBe('ok');
  });

  it.each([
    ['up', undefined],
    ['unknown', '1'],
  ])('names a network interface that is %s', (operstate, carrier) => {
    const options = laptop();
    options.write('sys/class/net/wlan0/operstate', operstate);
    if (carrier !== undefined) options.write('sys/class/net/wlan0/carrier', carrier);
    expect(check(options, 'network')).toMatchObject({ state: 'attention', found: 'Up: wlan0.' });
  });

  it('says when a system does not tell about its networks', () => {
    const options = { ...laptop(), system: { proc: '/nonexistent', sys: '/nonexistent' } };
    expect(check(options, 'network').state).toBe('attention');
    expect(check(options, 'swap')).toMatchObject({ state: 'attention', found: 'Not known (ENOENT).' });
    expect(check(options, 'entropy')).toMatchObject({
      state: 'ok',
      found: 'The system’s generator answers.',
    });
  });

  it('fails without a courier’s folder, with one that is away, and with one that cannot be written', () => {
    const options = laptop();
    expect(check({ ...options, courier: undefined }, 'courier')).toMatchObject({
      state: 'failed',
      found: 'None is chosen.',
    });
    const away = check({ ...options, courier: join(options.home, 'away') }, 'courier');
    expect(away).toMatchObject({ state: 'failed' });
    expect(away.next).toContain('Insert the medium');
    // A file system that nobody may write to, not even root.
    expect(check({ ...options, courier: '/proc' }, 'courier').state).toBe('failed');
    expect(check({ ...options, backupDir: '/proc/backups' }, 'backups').found).toContain('cannot be written');
  });

  it.each([
    ['/dev/sda2', 'attention'],
    ['/swapfile', 'attention'],
    ['/dev/zram0', 'ok'],
    ['/dev/dm-7', 'attention'],
    ['/dev/dm-8', 'ok'],
  ])('judges swap on %s: %s', (area, state) => {
    const options = laptop();
    options.write('proc/swaps', `Filename Type Size Used Priority\n${area} partition 1 0 -2\n`);
    options.write('sys/block/dm-7/dm/uuid', 'LVM-abc\n');
    options.write('sys/block/dm-8/dm/uuid', 'CRYPT-PLAIN-swap\n');
    const found = check(options, 'swap');
    expect(found.state).toBe(state);
    expect(found.found).toContain(area);
  });

  it('warns where nonces live in the process only', () => {
    const memory = check({ ...laptop(), nonces: { kind: 'memory', place: '' } }, 'memory');
    expect(memory).toMatchObject({ state: 'attention' });
    expect(memory.next).toContain('Leave the console open');
    expect(nonceMemory(['/nonexistent', '/proc']).kind).toBe('memory');
    expect(nonceMemory(['/dev/shm'])).toEqual({ kind: 'tmpfs', place: '/dev/shm' });
  });

  it('fails on a generator that is not seeded, and where there is no room', () => {
    const options = laptop();
    options.write('proc/sys/kernel/random/entropy_avail', '12\n');
    expect(check(options, 'entropy')).toMatchObject({ state: 'failed' });
    expect(check({ ...options, home: '/proc' }, 'space').state).toBe('failed');
    expect(check({ ...options, home: '/nonexistent' }, 'space').state).toBe('attention');
  });
});
