import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, reseal } from '../test-support/cli.ts';
import { temporaryFolder } from '../test-support/folders.ts';

describe('reseal preflight', () => {
  it('says for every check what it found, without a passphrase, and leaves nothing behind', async () => {
    const cwd = temporaryFolder();
    fs.mkdirSync(join(cwd, 'courier'));
    fs.mkdirSync(join(cwd, 'home'));
    const words = ['preflight', '--home', join(cwd, 'home'), '--courier', join(cwd, 'courier')];
    const finished = await reseal([...words, '--json']);
    expect(finished.code).toBe(0);
    const { checks } = json(finished) as { checks: { id: string; state: string }[] };
    expect(checks.map(({ id }) => id)).toEqual([
      'clock',
      'network',
      'courier',
      'backups',
      'space',
      'memory',
      'swap',
      'entropy',
    ]);
    expect(checks.find(({ id }) => id === 'courier')).toMatchObject({ state: 'ok' });
    expect(fs.readdirSync(join(cwd, 'courier'))).toEqual([]);
    const text = await reseal(words);
    expect(text.stdout).toMatch(/^\? Clock {2}ask {2}/m);
    expect(text.stdout).toContain('Compare with a wall clock');
  });

  it('ends with 1 where the ceremony would stop: no courier’s folder', async () => {
    const home = temporaryFolder();
    const none = await reseal(['preflight', '--home', home], { env: { RESEAL_COURIER: '' } });
    expect(none.code).toBe(1);
    const away = await reseal(['preflight', '--home', home, '--courier', join(home, 'away')]);
    expect(away.code).toBe(1);
    expect(away.stdout).toContain('Insert the medium');
  });
});
