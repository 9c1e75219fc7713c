/** A key's public record as a message in the courier's folder. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeKeyRecord } from '../ceremony/key-record.ts';
import { decodeMessage } from '../ceremony/message.ts';
import { json } from '../test-support/cli.ts';
import { LAPTOPS, PEOPLE, Room } from '../test-support/room.ts';

const room = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')));
afterAll(() => {
  fs.rmSync(room.dir, { recursive: true, force: true });
});
beforeAll(async () => {
  for (const laptop of LAPTOPS) await room.enrolQuickly(laptop, PEOPLE[laptop]);
  await room.plan('generate');
  await room.finish(...LAPTOPS);
});

const shownKeys = (): string[] => fs.readdirSync(room.courier).filter((name) => name.startsWith('key-'));

it('is shown, recognised, planned from, and in the way of no ceremony', async () => {
  const record = await room.keyRecord('alma');
  const exported = await room.on('alma', 'key', 'export', '--key', 'Treasury', '--courier', room.courier);
  expect(exported.stderr).toBe('');
  expect(exported.stdout).toBe('Showed the public record of "Treasury", epoch 0.\n');
  // Another holder shows the same message.
  const again = await room.on(
    'bruno',
    ...['key', 'export', '--key', 'Treasury', '--courier', room.courier, '--out', 'files', '--json'],
  );
  expect(json(again)).toMatchObject({ courier: room.courier, epoch: 0, fingerprint: record.fingerprint });
  expect(json(again)['files']).toHaveLength(1);
  expect(shownKeys()).toHaveLength(1);
  const path = join(room.courier, shownKeys()[0] ?? '?');
  expect(shownKeys()[0]).toMatch(/^key-treasury-epoch-0-[0-9a-f]{12}\.reseal$/);
  expect(decodeMessage(fs.readFileSync(path))).toEqual({
    ...{ reseal: 1, type: 'key' },
    record: encodeKeyRecord(record),
  });

  const shown = await room.run('show', path);
  expect(shown.stdout).toContain('Public record of key "Treasury", epoch 0.\n');
  expect(shown.stdout).toContain(`  fingerprint: ${record.fingerprint}\n`);

  const people = ['--administrator', room.card('ada'), '--approver', room.card('wim')];
  const planned = await room.run(
    ...['plan', 'new', '--kind', 'refresh', '--record', path, ...people, '--courier', room.courier, '--json'],
  );
  expect(planned.code).toBe(0);
  expect(json(planned)).toMatchObject({ plan: { epoch: 1, before: record, keyName: 'Treasury' } });
  const stepped = await room.step('alma');
  expect(stepped.stderr).toBe('');
  await room.finish(...LAPTOPS);
  expect(room.problems).toEqual([]);
  expect((await room.keyRecord('chidi')).epoch).toBe(1);
});

it('is refused where it is something else, or more than public', async () => {
  const people = ['--administrator', room.card('ada'), '--out', 'plan.json'];
  const plan = fs.readdirSync(room.courier).find((name) => name.includes('-plan-')) ?? '?';
  const other = await room.run(
    ...['plan', 'new', '--kind', 'refresh', '--record', join(room.courier, plan), ...people],
  );
  expect(other.code).toBe(2);
  expect(other.stderr).toContain(`${plan} is a message of type "plan", and no key record.`);

  const before = fs.readdirSync(room.courier);
  const words = ['key', 'export', '--key', 'Treasury', '--format', 'zcash-frost'];
  const secret = await room.on('alma', ...words, '--courier', room.courier, '--out', 'zcash');
  expect(secret.code).toBe(2);
  expect(secret.stderr).toContain('--courier: only the public record is shown there');
  const nowhere = await room.on('alma', ...words);
  expect(nowhere.stderr).toContain('Say where it goes: --out DIR.');
  const neither = await room.on('alma', 'key', 'export', '--key', 'Treasury');
  expect(neither.stderr).toContain('Say where it goes: --out DIR or --courier DIR.');
  expect(fs.existsSync(join(room.dir, 'zcash'))).toBe(false);
  expect(fs.readdirSync(room.courier)).toEqual(before);
});
