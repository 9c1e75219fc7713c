import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import type { Run } from '../test-support/memory.ts';
import {
  dealt,
  hand,
  HOLDERS,
  of,
  refusal,
  resign,
  resignBody,
  shown,
  startRun,
  turns,
} from '../test-support/engine.ts';
import { DEAL, RETIRE } from './bundle.ts';
import { signCheckpoint } from './closing.ts';
import { signEnvelope, type Envelope } from './envelope.ts';
import { decodeMessage, type MessageOf } from './message.ts';
import { verifyRecord } from './verify/verify.ts';
import { outcome } from './view.ts';

/** The message with which a holder showed its deal. */
function dealMessage(run: Run, role: string): MessageOf<'envelope'> {
  const stored = run.laptop(role).journal(run.context).entries.get(`out-${role}-r1-a1`)!;
  return decodeMessage(stored) as MessageOf<'envelope'>;
}
const opened = (run: Run, message: MessageOf<'envelope'>): Envelope =>
  of(run, 'holder-1').log.open(message.envelope);
const collected = (run: Run): string[] =>
  [...run.laptop('administrator').journal(run.context).entries.keys()].filter((name) =>
    name.startsWith('in-'),
  );

describe('the administrator', () => {
  it('shows the plan first, says whom it waits for, and shows a bundle only when everybody is there', async () => {
    const run = await startRun({ seed: 'administrator', change: { witnesses: [], backups: [] } });
    const first = await run.turn('administrator');
    expect(first.done).toEqual(['Show the plan to everybody']);
    expect(first.waiting?.sentence).toBe('Waits for round 0 (approve) of approver 1 (Abel Approver).');
    expect(shown(run).map(({ type }) => type)).toEqual(['plan']);
    await turns(run, 'approver-1', 'administrator', 'holder-1', 'holder-3');
    const { waiting } = await run.turn('administrator');
    expect(waiting?.sentence).toBe('Waits for round 1 (deal) of holder 2 (Holder 2).');
    expect(shown(run).filter(({ type }) => type === 'bundle')).toHaveLength(1);
  });

  it('shows the same again after a restart, and everything of a ceremony that has ended', async () => {
    const run = await startRun({ seed: 'again' });
    await dealt(run);
    await run.restart('administrator');
    expect(run.administrator.view.bundles).toHaveLength(2);
    expect((await run.toEnd()).size).toBe(0);
    const all = new Set(
      [...run.courier.messages]
        .filter(([name]) => /plan|bundle|checkpoint-/.test(name))
        .map(([, bytes]) => bytesToHex(bytes)),
    );
    run.courier.messages.clear();
    await run.restart('administrator');
    const { done, waiting } = await run.administrator.step();
    expect([done, waiting]).toEqual([[], undefined]);
    for (const bytes of run.courier.messages.values()) expect(all.has(bytesToHex(bytes))).toBe(true);
    expect(run.courier.messages.size).toBe(1 + 6 + 2);
  });

  it('keeps what came in over a restart, each thing once', async () => {
    const run = await startRun({ seed: 'collected' });
    await turns(run, 'administrator', 'holder-1', 'administrator');
    await hand(run, 'administrator', dealMessage(run, 'holder-1'));
    expect(collected(run)).toHaveLength(1);
    run.courier.messages.clear();
    await run.restart('administrator');
    const { waiting } = await run.administrator.step();
    expect(waiting?.sentence).toContain('of holder 2 (Holder 2), holder 3 (Holder 3).');
  });

  it('refuses a deal whose sealed parts were damaged on the way, and takes the whole one afterwards', async () => {
    const run = await startRun({ seed: 'damaged' });
    await turns(run, 'administrator', ...HOLDERS);
    const whole = dealMessage(run, 'holder-2');
    const damaged = {
      ...whole,
      sealed: whole.sealed.map(([to, bytes]): [number, Uint8Array] => [to, bytes.with(0, bytes[0]! ^ 1)]),
    };
    const { code, message, next } = await refusal(() => hand(run, 'administrator', damaged));
    expect(code).toBe('bad-envelope');
    expect(message).toContain('The deal of holder 2 (Holder 2) came without the sub-share for holder 1');
    expect(next).toBe('Ask holder 2 (Holder 2) to show the message again.');
    await hand(run, 'administrator', whole);
    expect((await run.toEnd()).size).toBe(0);
    expect(outcome(run.administrator.view)).toBe('closed');
  });

  it('refuses forged envelopes, and ignores what is not for it', async () => {
    const run = await startRun({ seed: 'forged' });
    await turns(run, 'administrator', 'holder-1');
    const message = dealMessage(run, 'holder-1');
    const forged = {
      ...message,
      envelope: message.envelope.with(-1 + message.envelope.length, message.envelope.at(-1)! ^ 1),
    };
    expect((await refusal(() => hand(run, 'administrator', forged))).code).toBe('bad-signature');
    await hand(run, 'administrator', { ...message, ceremony: new Uint8Array(16) });
    await hand(run, 'administrator', ...shown(run).filter(({ type }) => type === 'plan'));
    expect(collected(run)).toEqual([]);
  });

  it('is not stopped by the other form of a valid ECDSA signature: refused, and nobody convicted', async () => {
    const run = await startRun({ seed: 'malleated' });
    await turns(run, 'administrator', 'holder-1', 'administrator');
    const message = dealMessage(run, 'holder-1');
    const { p256 } = await import('@noble/curves/nist.js');
    const s = BigInt(`0x${bytesToHex(message.envelope.subarray(-32))}`);
    const bytes = message.envelope.slice();
    bytes.set(p256.Point.Fn.toBytes(p256.Point.Fn.ORDER - s), bytes.length - 32);
    expect((await refusal(() => hand(run, 'administrator', { ...message, envelope: bytes }))).code).toBe(
      'bad-signature',
    );
    expect((await run.toEnd()).size).toBe(0);
    expect(outcome(run.administrator.view)).toBe('closed');
  });

  it('ends the ceremony with two deals of one holder, whichever came first, in any round before the certificate', async () => {
    for (const late of [false, true]) {
      const run = await startRun({ seed: `pair ${String(late)}` });
      await dealt(run);
      if (late) await turns(run, ...HOLDERS, 'administrator');
      const first = dealMessage(run, 'holder-3');
      const second = await resignBody(run, opened(run, first), {
        readiness: { vault: 'x', checkedBackups: [] },
      });
      await hand(run, 'administrator', { ...first, envelope: second.bytes });
      expect((await run.toEnd()).size).toBe(0);
      for (const role of HOLDERS)
        expect(of(run, role).view.abort).toMatchObject({ rule: 'check_equivocation', culprit: 'holder-3' });
      const record = run.laptop('administrator').records.get(bytesToHex(run.context.id))!;
      expect(verifyRecord(record)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
    }
  });

  it('ends the ceremony with a stop and a declaration of one holder, which convict it together', async () => {
    const run = await startRun({ seed: 'stop-and-secure' });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', 'holder-1', 'holder-2');
    const deal = opened(run, dealMessage(run, 'holder-1'));
    const stop = await signEnvelope(
      { ...deal.payload, round: 9, prev: run.context.hash, body: { kind: 'stop', reason: 'and yet' } },
      run.laptop('holder-1').signer,
    );
    const message = { ...dealMessage(run, 'holder-1'), envelope: stop.bytes, sealed: [] };
    await hand(run, 'administrator', message);
    expect((await run.toEnd()).size).toBe(0);
    for (const role of HOLDERS)
      expect(of(run, role).view.abort).toMatchObject({ rule: 'check_equivocation', culprit: 'holder-1' });
    const record = run.laptop('administrator').records.get(bytesToHex(run.context.id))!;
    expect(verifyRecord(record)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
  });

  it('reports a holder that was shown something else', async () => {
    const run = await startRun({ seed: 'astray' });
    await turns(run, 'administrator', ...HOLDERS);
    const message = dealMessage(run, 'holder-1');
    const other = await resign(run, opened(run, message), { prev: new Uint8Array(32) });
    await hand(run, 'administrator', { ...message, envelope: other.bytes });
    for (const role of ['holder-2', 'holder-3']) await hand(run, 'administrator', dealMessage(run, role));
    const { code, message: sentence } = await refusal(() => run.administrator.step());
    expect(code).toBe('split-view');
    expect(sentence).toContain('holder 1 (Holder 1) was shown other messages');
    expect(run.administrator.view.next).toBe(DEAL);
  });
});

describe('after the certificate', () => {
  it('a body that would have ended the ceremony before is a fault, and holds nobody up', async () => {
    const run = await startRun({ seed: 'late-complaint' });
    for (let round = 0; round < 4; round++) await turns(run, 'administrator', ...HOLDERS);
    const slot = 'out-holder-2-r4-a1';
    const { entries } = run.laptop('holder-2').journal(run.context);
    const message = decodeMessage(entries.get(slot)!) as MessageOf<'envelope'>;
    const odd = await resign(run, opened(run, message), { body: { kind: 'complaint' } });
    const { view } = run.administrator;
    expect(view.next).toBe(RETIRE);
    run.courier.messages.clear();
    await hand(run, 'administrator', { ...message, envelope: odd.bytes });
    for (const role of ['holder-1', 'holder-3']) await of(run, role).showAll();
    await run.turn('administrator');
    expect(run.administrator.view.next).toBeUndefined();
    expect(run.administrator.view.faults).toEqual([
      expect.objectContaining({ rule: 'check_destruction', culprit: 'holder-2' }),
    ]);
  });
});

describe('the closing', () => {
  it('waits for every signature, refuses those that are not by who they say, and files the record', async () => {
    const run = await startRun({ seed: 'closing' });
    await run.toEnd(run.roles.filter((role) => role !== 'holder-3'));
    // Holder 3 takes part in everything but the signing of the checkpoint.
    const silent = async (): Promise<void> => {
      await run.turn('holder-3');
      for (const [name, bytes] of run.courier.messages) {
        const { type } = decodeMessage(bytes);
        if (type === 'cosignature' && name.includes('holder-3')) run.courier.messages.delete(name);
      }
      await turns(run, 'administrator', 'holder-1', 'holder-2');
    };
    for (let round = 0; round < 6; round++) await silent();
    expect(outcome(run.administrator.view)).toBe('closed');
    const { waiting } = await run.turn('administrator');
    expect(waiting?.sentence).toBe('Waits for the signature of holder 3 (Holder 3) on the checkpoint.');
    const { waiting: other } = await run.turn('holder-1');
    expect(other?.sentence).toMatch(/still without the signature of .*holder 3 \(Holder 3\)\.$/);

    const note = await signCheckpoint(run.administrator.view, 'holder-3', run.laptop('holder-2').signer);
    const forged = { reseal: 1, type: 'cosignature', ceremony: run.context.id, note } as const;
    const { code, message } = await refusal(() => hand(run, 'administrator', forged));
    expect(code).toBe('bad-signature');
    expect(message).toContain('"holder-3" is not valid');

    await of(run, 'holder-3').showAll();
    expect((await run.toEnd()).size).toBe(0);
    const id = bytesToHex(run.context.id);
    const record = run.laptop('administrator').records.get(id)!;
    expect(verifyRecord(record)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
    for (const role of HOLDERS) expect(run.laptop(role).records.get(id)).toEqual(record);
  });
});
