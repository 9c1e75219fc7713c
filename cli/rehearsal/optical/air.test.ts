/** Mailboxes, and what comes from one into another: who sees what, and what happens when a laptop goes off. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { someBytes } from '../../../test-support/codes.ts';
import { temporaryFolder } from '../../../test-support/folders.ts';
import { encodeMessage, type Message } from '../../../ceremony/message.ts';
import { folderChannel } from '../../../devices/channel/folder.ts';
import { Air, DESK } from './air.ts';
import type { CameraName } from './cameras.ts';

const SEATS = [DESK, 'administrator', 'holder-1', 'holder-2'] as const;
type Seat = (typeof SEATS)[number];

const airs: Air[] = [];
afterEach(() => Promise.all(airs.splice(0).map((air) => air.close())));

/** Four mailboxes and the air between them. */
class Room {
  readonly dir = temporaryFolder();
  readonly failures: string[] = [];
  readonly air: Air;

  constructor(camera: CameraName = 'perfect') {
    for (const seat of SEATS) fs.mkdirSync(join(this.dir, seat));
    this.air = new Air({
      mailboxes: new Map(SEATS.map((seat) => [seat, join(this.dir, seat)])),
      administrator: 'administrator',
      camera,
      loss: 0,
      seed: 'air',
      onReception: () => undefined,
      onSeen: () => undefined,
      onFailure: ({ message }) => this.failures.push(message),
    });
    airs.push(this.air);
  }

  async say(seat: Seat, name: string, message: Message): Promise<void> {
    await folderChannel(join(this.dir, seat)).show(name, encodeMessage(message));
  }

  /** Names in a mailbox, without their digests. */
  names(seat: Seat): string[] {
    return fs
      .readdirSync(join(this.dir, seat))
      .filter((name) => name.endsWith('.reseal'))
      .map((name) => name.replace(/-[0-9a-f]{12}\.reseal$/, ''))
      .sort();
  }

  /** Waits until this many receptions are over. */
  async receptions(count: number): Promise<void> {
    while (this.air.receptions.length < count && this.failures.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(this.failures).toEqual([]);
  }
}

const ceremony = someBytes(16, 1);
const card = (seed: number): Message => ({ reseal: 1, type: 'card', card: someBytes(400, seed) });
const checkpoint = (seed: number, length = 300): Message => ({
  ...{ reseal: 1, type: 'checkpoint', ceremony },
  note: someBytes(length, seed),
});

describe('the air between mailboxes', { timeout: 300_000 }, () => {
  it('shows to each what is for it, through its own camera', async () => {
    const room = new Room();
    room.air.start();
    for (const seat of SEATS) room.air.on(seat);
    await room.say('holder-1', 'mine', card(2));
    await room.say('administrator', 'end', checkpoint(3));
    await room.say('holder-2', 'record', { reseal: 1, type: 'key', record: someBytes(500, 4) });
    await room.receptions(2 + 2 + 1);
    expect(SEATS.map((seat) => room.names(seat))).toEqual([
      ['card-holder-1'],
      ['card-holder-1', 'end', 'key-holder-2'],
      ['checkpoint-administrator', 'mine'],
      ['checkpoint-administrator', 'record'],
    ]);
    expect(room.air.report()).toMatchObject({
      messages: 3,
      receptions: 5,
      interrupted: 0,
      fresh: 5,
      needed: 5,
    });
  });

  it('shows in one body what a laptop says at once, and nothing a second time', async () => {
    const room = new Room();
    for (const seed of [5, 6, 7]) await room.say('administrator', `end-${seed}`, checkpoint(seed, 900));
    room.air.start();
    for (const seat of SEATS) room.air.on(seat);
    await room.receptions(2);
    // Somebody who has it says it too.
    await room.say('administrator', 'again', checkpoint(5, 900));
    await room.say('administrator', 'last', checkpoint(8));
    await room.receptions(4);
    for (const seat of ['holder-1', 'holder-2'] as const)
      expect(room.names(seat)).toEqual(Array.from({ length: 4 }, () => 'checkpoint-administrator'));
    expect(room.air.receptions.map(({ messages }) => messages.length)).toEqual([3, 3, 1, 1]);
    expect(room.air.report()).toMatchObject({ messages: 4, receptions: 4 });
  });

  it('waits for a laptop that is off, and begins anew with one that goes off meanwhile', async () => {
    const room = new Room();
    room.air.start();
    room.air.on('administrator');
    room.air.on('holder-1');
    // Long enough that it is still looked at when the laptop goes off.
    await room.say('administrator', 'long', checkpoint(9, 15_000));
    while (room.air.report().messages === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    room.air.off('holder-1');
    room.air.on('holder-2');
    await room.receptions(1);
    expect(room.air.receptions.map(({ to }) => to)).toEqual(['holder-2']);
    expect(room.names('holder-1')).toEqual([]);
    room.air.on('holder-1');
    await room.receptions(2);
    expect(room.names('holder-1')).toEqual(['checkpoint-administrator']);
    expect(room.air.receptions.map(({ interrupted }) => interrupted)).toEqual([0, 1]);
    // Nobody can see the screen of a laptop that is off.
    room.air.off('administrator');
    await room.say('administrator', 'off', checkpoint(10));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(room.air.receptions).toHaveLength(2);
    room.air.on('administrator');
    await room.receptions(4);
  });
});
