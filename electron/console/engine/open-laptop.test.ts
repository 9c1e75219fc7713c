// Answers belong to the moment in which they were given.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openVault } from '../../../devices/vault/vault.ts';
import { temporaryFolder } from '../../../test-support/folders.ts';
import { Room } from '../../../test-support/room.ts';
import { OpenLaptop } from './open-laptop.ts';

describe('an answer', () => {
  it('that was not used because something failed is not used later, when its person has gone', async () => {
    const room = new Room(temporaryFolder(), 'rehearsal passphrase');
    for (const name of ['alma', 'bruno', 'chidi', 'wim', 'ada']) await room.enrolQuickly(name, name);
    const { code, id } = await room.plan('generate');
    const vault = await openVault(join(room.home('alma'), 'vault'), room.passphrase);
    const opened = await OpenLaptop.open(
      vault,
      { path: room.courier, by: 'folder' },
      {
        home: room.home('alma'),
        passphrase: room.passphrase,
        backupDir: () => join(room.home('alma'), 'backups'),
        onProblem: () => undefined,
        onWork: () => undefined,
      },
    );
    try {
      await opened.sync();
      const { laptop, desk } = opened;
      expect(desk.asked(id, 'holder-1')).toEqual({ step: 'join', about: null });
      const failing = new Error('the vault cannot be read');
      const sync = laptop.sync.bind(laptop);
      laptop.sync = () => Promise.reject(failing);
      desk.submit(id, 'holder-1', { step: 'join', about: null }, 'open', { code });
      await expect(opened.sync()).rejects.toBe(failing);
      laptop.sync = sync;
      await opened.sync();
      // Asked again, and not joined.
      expect(desk.asked(id, 'holder-1')).toEqual({ step: 'join', about: null });
      expect(await vault.journal(id).names()).not.toContain('joined-holder-1');
      desk.submit(id, 'holder-1', { step: 'join', about: null }, 'open', { code });
      await opened.sync();
      expect(await vault.journal(id).names()).toContain('joined-holder-1');
    } finally {
      opened.close();
    }
  });
});
