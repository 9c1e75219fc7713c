// What a laptop says about a second end of a ceremony whose certificate it has.
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SECURE, signBundle, STOP } from '../ceremony/bundle.ts';
import { signEnvelope } from '../ceremony/envelope.ts';
import { CeremonyLog } from '../ceremony/log.ts';
import { bundleMessage, encodeMessage } from '../ceremony/message.ts';
import { channelPrefix } from '../ceremony/participant.ts';
import { envelopeKey } from '../ceremony/view.ts';
import { folderChannel } from '../devices/channel/folder.ts';
import { HOLDERS, LAPTOPS, PEOPLE, Room } from '../test-support/room.ts';

let dir: string;
beforeAll(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'reseal-split-view-'));
});
afterAll(() => {
  fs.rmSync(dir, { recursive: true, force: true });
});

it('it is reported, kept, and stops nothing', async () => {
  const room = new Room(dir);
  for (const laptop of LAPTOPS) await room.enrolQuickly(laptop, PEOPLE[laptop]);
  const { context, id } = await room.plan('generate');
  for (let pass = 0; !room.journal('alma', id).includes('bundle-holder-1-003'); pass++) {
    expect(pass).toBeLessThan(15);
    await room.pass(1, ...HOLDERS, 'wim', 'ada');
    await room.pass(1, 'alma');
  }
  expect(room.problems).toEqual([]);

  // Bruno stops the ceremony that he has declared his share secure in, and the administrator makes an end of it.
  const stop = await room.vault('bruno', (vault) =>
    signEnvelope(
      {
        ceremony: context.id,
        key: envelopeKey(context),
        epoch: 0,
        round: STOP,
        attempt: 1,
        sender: 'holder-2',
        prev: context.hash,
        at: '2026-11-23T09:00:00Z',
        body: { kind: 'stop', reason: 'changed my mind' },
      },
      vault.signer,
    ),
  );
  const end = await room.vault('ada', async (vault) => {
    const { view } = await CeremonyLog.load(context, vault.journal(id), 'shown');
    const certificate = view.bundles.find(({ round }) => round === SECURE)!;
    return signBundle(context, { ...certificate, exceptions: [], evidence: [stop] }, vault.signer);
  });
  await folderChannel(room.courier).show(
    `${channelPrefix(context)}-other-end`,
    encodeMessage(bundleMessage(context.id, end)),
  );
  await room.pass(1, 'alma');
  expect(room.problems).toHaveLength(1);
  expect(room.problems[0]).toContain('There are two different bundles of round 3');
  expect(room.journal('alma', id)).toContain('bundle-holder-1-split-view');
  await room.finish(...LAPTOPS);
});
