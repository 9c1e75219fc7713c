// What a laptop still listens to in a ceremony in which it has nothing left to do, and which plans it does not take up.
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Participant } from '../ceremony/participant.ts';
import { outcome, type View } from '../ceremony/view.ts';
import { rehearsalOperator } from '../cli/operator.ts';
import { openVault } from '../devices/vault/vault.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { Room } from '../test-support/room.ts';
import { Laptop, type Part } from './laptop.ts';

const NAMES = ['alma', 'bruno', 'chidi', 'wim', 'ada'];

async function enrolled(): Promise<Room> {
  const room = new Room(temporaryFolder());
  for (const name of NAMES) await room.enrolQuickly(name, name);
  return room;
}

async function almas(room: Room, problems: string[] = []): Promise<Laptop> {
  const laptop = new Laptop(await openVault(join(room.home('alma'), 'vault'), room.passphrase), {
    home: room.home('alma'),
    courier: room.courier,
    backupPassphrase: room.passphrase,
    backupDir: () => join(room.home('alma'), 'backups'),
    operator: rehearsalOperator,
    onProblem: (sentence) => problems.push(sentence),
  });
  await laptop.resume();
  return laptop;
}

/** Puts a bundle into the folder once more under another name, and lets the runner say what it would make of it. */
async function bundleAgain(
  room: Room,
  laptop: Laptop,
  changed: View | undefined,
): Promise<{ part: Part; heard: number }> {
  const part = laptop.parts[0]!;
  const real = part.runner as Participant;
  let heard = 0;
  let { view } = real;
  const listening = new Proxy(real, {
    get: (target, name) => {
      if (name === 'view') return view;
      if (name === 'receive')
        return () => {
          heard += 1;
          view = changed ?? view;
          return Promise.resolve(true);
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  Object.assign(part, { runner: listening });
  const name = fs.readdirSync(room.courier).find((file) => file.includes('-bundle-')) ?? '';
  fs.copyFileSync(join(room.courier, name), join(room.courier, 'again.reseal'));
  await laptop.read();
  return { part, heard };
}

describe('a ceremony that is over', () => {
  it('as aborted still hears a late certificate, and goes on with it', async () => {
    const room = await enrolled();
    const { context } = await room.plan('generate');
    const first = await almas(room);
    await first.sync();
    await (first.parts[0]!.runner as Participant).stop('the wrong room');
    first.close();
    await room.finish(...NAMES);
    const laptop = await almas(room);
    try {
      await laptop.sync();
      const [part] = laptop.parts;
      expect(part!.finished).toBe(true);
      expect(outcome(part!.runner.view)).toBe('aborted');
      const { abort, ...rest } = part!.runner.view;
      expect(abort).toBeDefined();
      const later = await bundleAgain(room, laptop, { ...rest, abort: undefined });
      expect(later.heard).toBe(1);
      expect(later.part.finished).toBe(false);
      expect(context.plan.kind).toBe('generate');
    } finally {
      laptop.close();
    }
  });

  it('as completed hears nothing any more', async () => {
    const room = await enrolled();
    await room.plan('generate');
    await room.finish(...NAMES);
    const laptop = await almas(room);
    try {
      await laptop.sync();
      expect((await bundleAgain(room, laptop, undefined)).heard).toBe(0);
    } finally {
      laptop.close();
    }
  });
});

describe('plans that nobody wants', () => {
  it('are taken up to a number, and the laptop says so; one that is wrong is looked at once', async () => {
    const room = await enrolled();
    const problems: string[] = [];
    for (let at = 0; at < 52; at++) await room.plan('generate');
    const laptop = await almas(room, problems);
    try {
      await laptop.read();
      const open = new Set(laptop.parts.map(({ context }) => Buffer.from(context.id).toString('hex')));
      expect(open.size).toBe(50);
      expect(problems).toEqual([
        expect.stringContaining('no more than 50 ceremonies'),
        expect.stringContaining('no more than 50 ceremonies'),
      ]);
      await laptop.read();
      expect(problems).toHaveLength(2);
    } finally {
      laptop.close();
    }
  }, 60_000);
});
