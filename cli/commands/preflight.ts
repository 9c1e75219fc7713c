/** `reseal preflight`: what should be true of this laptop before a ceremony. */
import { join, resolve } from 'node:path';
import { preflight as checks, type Check } from '../../devices/preflight/preflight.ts';
import { nonceMemory } from '../../devices/nonces/nonces.ts';
import type { Command } from '../command.ts';
import { COURIER_OPTION, HOME_OPTION, homeOf } from '../session.ts';

const MARKS: Readonly<Record<Check['state'], string>> = { ok: '✓', attention: '!', failed: '✗', ask: '?' };

export const preflight: Command = {
  name: 'preflight',
  summary: 'Check this laptop before a ceremony; needs no passphrase',
  options: {
    home: HOME_OPTION,
    courier: COURIER_OPTION,
    'backup-dir': { value: 'DIR', help: 'where file backups go (default: backups/ beside the vault)' },
  },
  examples: ['reseal preflight --courier /media/usb'],
  run(given, output) {
    const home = homeOf(given);
    const courier = given.text('courier') ?? process.env['RESEAL_COURIER'] ?? '';
    const found = checks({
      home,
      courier: courier === '' ? undefined : resolve(courier),
      backupDir: resolve(given.text('backup-dir') ?? join(home, 'backups')),
      nonces: nonceMemory(),
      software: undefined,
      now: new Date(),
    });
    for (const { title, state, found: what, next } of found) {
      output.line(`${MARKS[state]} ${title}  ${state}  ${what}`);
      if (next !== null && state !== 'ok') output.line(`    ${next}`);
    }
    output.result({ home, checks: found });
    return Promise.resolve(found.some(({ state }) => state === 'failed') ? 1 : 0);
  },
};
