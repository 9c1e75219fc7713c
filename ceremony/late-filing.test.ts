/** A laptop that gets the last checkpoint of a ceremony only after the next one has destroyed the epoch it made. */
import { expect, it } from 'vitest';
import { Committee, Run } from '../test-support/memory.ts';
import { recordAfter } from './view.ts';

it('files the record of a ceremony whose epoch is gone by now', async () => {
  const committee = new Committee([1, 2, 3], 'late-filing');
  const generate = await Run.start(committee, await committee.plan('ed25519', 2, null));
  const own = generate.laptop('holder-2').journal(generate.context).entries;
  for (let turns = 0; turns < 12; turns++)
    for (const role of generate.roles)
      if (role !== 'holder-2' || !own.has('cosigned-holder-2')) await generate.turn(role);
  expect(own.has('filed-holder-2')).toBe(false);

  const refresh = await Run.start(
    committee,
    await committee.plan('ed25519', 2, recordAfter(generate.administrator.view)!),
  );
  expect([...(await refresh.toEnd())]).toEqual([]);

  await generate.restart('holder-2');
  const { waiting } = await generate.turn('holder-2');
  expect(waiting).toBeUndefined();
  expect(own.has('filed-holder-2')).toBe(true);
});
