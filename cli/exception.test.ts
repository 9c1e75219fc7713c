/** `reseal exception`, and what status, show and verify make of it. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { readRecord } from '../laptop/files.ts';
import { json, type Finished } from '../test-support/cli.ts';
import { LAPTOPS, PEOPLE, Room } from '../test-support/room.ts';

const room = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')));
let id = '';
let code = '';
afterAll(() => {
  fs.rmSync(room.dir, { recursive: true, force: true });
});
beforeAll(async () => {
  for (const laptop of LAPTOPS) await room.enrolQuickly(laptop, PEOPLE[laptop]);
  ({ id, code } = await room.plan('generate'));
});

const say = (laptop: string, category: string, text: string, ...words: string[]): Promise<Finished> =>
  room.on(
    laptop,
    ...['exception', '--courier', room.courier, '--category', category, '--text', text],
    ...words,
  );

it('is signed in the role that is meant, goes on record, and can be looked at everywhere', async () => {
  const first = await say('alma', 'medium', 'the bag of Safe A was torn');
  expect(first.stderr).toBe('');
  expect(first.stdout).toBe(
    `Signed as exception 1 of holder-1 in the ceremony "${code}". The administrator's next bundle carries it.\n`,
  );
  expect(first.code).toBe(0);
  // Nothing else was done: the words of the plan are still to be compared.
  expect(room.journal('alma', id)).not.toContain('joined-holder-1');
  expect(room.journal('alma', id)).toContain('out-holder-1-r8-a1');

  const [file] = fs.readdirSync(room.courier).filter((name) => name.includes('-r8-a1-'));
  const shown = await room.run('show', join(room.courier, file ?? '?'));
  expect(shown.stdout).toContain('Exception 1 of holder-1. The signature was not checked.');
  expect(shown.stdout).toContain('  category: medium\n  step: join\n  text: the bag of Safe A was torn\n');

  const unclear = await say('wim', 'delay', 'late');
  expect(unclear.code).toBe(1);
  expect(unclear.stderr).toBe(
    'This laptop has several roles (approver-1, witness-1): say which with --role.\n',
  );
  const witness = await say(
    'wim',
    'delay',
    'two\nlines',
    '--role',
    'witness-1',
    '--ceremony',
    code,
    '--json',
  );
  expect(json(witness)).toMatchObject({
    ceremony: id,
    role: 'witness-1',
    number: 1,
    exceptions: [{ role: 'witness-1', category: 'delay', text: 'two\nlines', state: 'sent', step: 'join' }],
  });
  await room.pass(2, ...LAPTOPS);
  const own = await say('ada', 'procedure', 'the door was open', '--json');
  expect(json(own)).toMatchObject({ role: 'administrator', number: 1 });
  expect((json(own)['exceptions'] as { state: string }[]).map(({ state }) => state)).toEqual([
    'recorded',
    'recorded',
    'sent',
  ]);
  const status = await room.on('alma', 'status');
  expect(status.stdout).toMatch(/: open, waits for round \d \([a-z]+\); 2 exceptions on record\.\n/);

  await room.finish(...LAPTOPS);
  const bundle = fs.readdirSync(room.courier).find((name) => name.includes('-bundle-r0-')) ?? '?';
  expect((await room.run('show', join(room.courier, bundle))).stdout).toContain('  exceptions: 2\n');
  const record = join(room.home('bruno'), 'records', `generate-${id.slice(0, 8)}`);
  const verdict = verifyRecord(readRecord(record));
  expect(verdict.verdict).toBe('VALID');
  expect(verdict.rules.find(({ rule }) => rule === 'check_exceptions')?.evidence).toHaveLength(3);
  const printed = await room.run('verify', record);
  expect(printed.stdout).toContain('the bag of Safe A was torn');
  expect(printed.stdout).toContain(String.raw`"two\u000alines"`);
  const status2 = await room.on('bruno', 'status', '--json');
  expect(json(status2)['ceremonies']).toMatchObject([{ exceptions: 3, recordFiled: true }]);
  const filed = await room.on('bruno', 'status');
  expect(filed.stdout).toContain(': closed, record filed; 3 exceptions on record.\n');

  const late = await say('alma', 'other', 'too late', '--ceremony', code);
  expect(late.code).toBe(1);
  expect(late.stderr).toBe(
    'This exception comes too late: the record is closed.\nNext: Keep a note of it beside the record.\n',
  );
  const none = await say('alma', 'other', 'which one');
  expect(none.code).toBe(1);
  expect(none.stderr).toBe('This laptop takes part in no such ceremony that is still open.\n');
});

it('is refused where it cannot be put on record', async () => {
  const { code: another } = await room.plan('generate', { keyName: 'Another' });
  const category = await say('alma', 'weather', 'rain');
  expect(category.code).toBe(2);
  expect(category.stderr).toContain(
    '--category: expected delay, equipment, medium, person, procedure, security, other, found "weather".',
  );
  const text = await say('alma', 'delay', 'bell\u0007', '--ceremony', another);
  expect(text.code).toBe(1);
  expect(text.stderr).toContain('Exception: field "text": expected text without control characters');
  const role = await say('alma', 'delay', 'late', '--role', 'holder-2');
  expect(role.stderr).toBe('This laptop has no role "holder-2" in such a ceremony that is still open.\n');
  await room.plan('generate', { keyName: 'A third' });
  const several = await say('alma', 'delay', 'late');
  expect(several.stderr).toBe('There are several open ceremonies: say which with --ceremony.\n');
});
