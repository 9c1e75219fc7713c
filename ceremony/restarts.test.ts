// Nonces are never used twice and no slot is signed twice, whatever restarts when (PROTOCOL §6.11, §4 "Proof messages").
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { expectClosed, reboot, watchedRun } from '../test-support/attempts.ts';
import { dealt, except, HOLDERS, of, turns, withOperator } from '../test-support/engine.ts';
import { willingOperator } from '../test-support/memory.ts';
import { SECURE } from './bundle.ts';

describe('a laptop whose nonces are gone', () => {
  it('before bundle 2 was shown, begins attempt 2, and everybody joins in', async () => {
    const { run, watch } = await watchedRun('before');
    await dealt(run);
    await turns(run, 'holder-1', 'holder-2');
    await reboot(run, 'holder-1');
    await expectClosed(run, watch, 2);
  });

  it('after bundle 2 was shown, before its signature shares, begins attempt 2; who has sent theirs makes new ones', async () => {
    const { run, watch } = await watchedRun('after');
    await withOperator(run, 'holder-1', except(run, 'backups'));
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', ...HOLDERS);
    expect(of(run, 'holder-1').view.next).toBe(SECURE);
    expect(watch.slots.has(`${bytesToHex(run.context.id)}/holder-2/r3-a1`)).toBe(true);
    run.operators.set('holder-1', willingOperator(run.context));
    await reboot(run, 'holder-1');
    await expectClosed(run, watch, 2);
    expect(watch.slots.has(`${bytesToHex(run.context.id)}/holder-1/r3-a1`)).toBe(false);
    expect(watch.slots.has(`${bytesToHex(run.context.id)}/holder-2/r3-a2`)).toBe(true);
  });

  it('twice, begins attempt 3', async () => {
    const { run, watch } = await watchedRun('twice');
    await dealt(run);
    await turns(run, 'holder-1');
    await reboot(run, 'holder-1');
    await turns(run, 'holder-1');
    await reboot(run, 'holder-1');
    await expectClosed(run, watch, 3);
  });

  it('together with another one, ends in a closed ceremony all the same', async () => {
    const { run, watch } = await watchedRun('both');
    for (const role of ['holder-1', 'holder-3']) await withOperator(run, role, except(run, 'backups'));
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', ...HOLDERS);
    for (const role of ['holder-1', 'holder-3']) {
      run.operators.set(role, willingOperator(run.context));
      await reboot(run, role);
    }
    await expectClosed(run, watch, 2);
  });
});

describe('a process that restarts on a machine that does not', () => {
  it('finds its nonces, and goes on with attempt 1', async () => {
    const { run, watch } = await watchedRun('process');
    await dealt(run);
    await turns(run, 'holder-1');
    await run.restart('holder-1');
    await turns(run, 'holder-2', 'holder-3', 'administrator');
    for (const role of run.roles) await run.restart(role);
    await expectClosed(run, watch, 1);
  });
});
