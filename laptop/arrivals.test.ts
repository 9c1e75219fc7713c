// Who has sent what, as far as a laptop can see it in the courier's folder.
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openVault } from '../devices/vault/vault.ts';
import { rehearsalOperator } from '../cli/operator.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { Room } from '../test-support/room.ts';
import { Laptop } from './laptop.ts';

describe('arrivals', () => {
  it('are envelopes whose signature is right, while they lie there', async () => {
    const room = new Room(temporaryFolder());
    for (const name of ['alma', 'bruno', 'chidi', 'wim', 'ada']) await room.enrolQuickly(name, name);
    const { context } = await room.plan('generate');
    await room.pass(1, 'wim');
    const laptop = new Laptop(await openVault(join(room.home('alma'), 'vault'), room.passphrase), {
      home: room.home('alma'),
      courier: room.courier,
      backupPassphrase: room.passphrase,
      backupDir: () => join(room.home('alma'), 'backups'),
      operator: rehearsalOperator,
      onProblem: () => undefined,
    });
    try {
      await laptop.read();
      expect(laptop.arrivals(context)).toMatchObject([{ sender: 'approver-1', round: 0, attempt: 1 }]);
      const name = fs.readdirSync(room.courier).find((file) => file.includes('approver-1')) ?? '';
      const bytes = fs.readFileSync(join(room.courier, name));
      fs.rmSync(join(room.courier, name));
      await laptop.read();
      expect(laptop.arrivals(context)).toEqual([]);
      // Somebody changed it on the way, under a name that promises nothing.
      const at = bytes.length - 40;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      fs.writeFileSync(join(room.courier, 'changed.reseal'), bytes);
      await laptop.read();
      expect(laptop.arrivals(context)).toEqual([]);
    } finally {
      laptop.close();
    }
  });
});
