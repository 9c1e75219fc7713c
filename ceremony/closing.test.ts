import { beforeAll, describe, expect, it } from 'vitest';
import { equalBytes } from '../crypto/bytes.ts';
import { parseCheckpoint, parseNote } from '../crypto/note.ts';
import { closedRefresh, refusal, startRun, type Ended } from '../test-support/engine.ts';
import { joinCheckpoint, missingSigners, readCheckpoint, sameNote, signCheckpoint } from './closing.ts';
import { checkpointOf, checkpointOrigin, checkpointSigners, isComplete, transcript } from './transcript.ts';
import { type View } from './view.ts';

let ended: Ended;
let aborted: View;
const ALL = ['administrator', 'witness-1', 'holder-1', 'holder-2', 'holder-3'];
const sign = (role: string, by = role, view = ended.view): Promise<Uint8Array> =>
  signCheckpoint(view, role, ended.run.laptop(by).signer);

beforeAll(async () => {
  ended = await closedRefresh({ seed: 'closing' });
  const run = await startRun({ seed: 'closing/aborted', change: {} });
  await run.participants.get('holder-2')!.stop('enough');
  await run.toEnd();
  aborted = run.administrator.view;
});

describe('the checkpoint', () => {
  it('is signed by administrator, witnesses and holders, in this order', () => {
    expect(checkpointSigners(ended.view)).toEqual(ALL);
  });

  it('of an aborted ceremony is signed without the holders, one of whom may have broken it', () => {
    expect(checkpointSigners(aborted)).toEqual(['administrator', 'witness-1']);
    expect(isComplete(aborted)).toBe(true);
  });

  it('is the C2SP checkpoint over the transcript, marked as a rehearsal', () => {
    const lines = transcript(ended.view);
    const checkpoint = parseCheckpoint(checkpointOf(ended.view, lines));
    expect(checkpoint.size).toBe(lines.length);
    expect(checkpoint.origin).toBe(checkpointOrigin(ended.view));
    expect(checkpoint.origin).toMatch(/^reseal\/rehearsal\/[0-9a-f]{32}$/);
    expect(isComplete(ended.view)).toBe(true);
    expect(isComplete(ended.before(5))).toBe(false);
  });

  it('is joined from single signatures in the fixed order, whatever order they come in', async () => {
    const notes = await Promise.all([...ALL].reverse().map((role) => sign(role)));
    const joined = joinCheckpoint(ended.view, notes);
    expect(readCheckpoint(ended.view, joined).map((signature) => signature.name)).toEqual(ALL);
    expect(missingSigners(ended.view, joined)).toEqual([]);
    expect(equalBytes(joined, joinCheckpoint(ended.view, [joined, ...notes]))).toBe(true);
    expect(sameNote(joined, Uint8Array.from(joined))).toBe(true);
    expect(sameNote(undefined, joined)).toBe(false);
  });

  it('says who is missing', async () => {
    const some = joinCheckpoint(ended.view, [await sign('holder-2'), await sign('administrator')]);
    expect(missingSigners(ended.view, some)).toEqual(['witness-1', 'holder-1', 'holder-3']);
  });
});

describe('a checkpoint is refused', () => {
  const refused = (note: Uint8Array): Promise<{ code: string; message: string; next: string | undefined }> =>
    refusal(() => readCheckpoint(ended.view, note));

  it('over another transcript (split view)', async () => {
    const other = await signCheckpoint(aborted, 'administrator', ended.run.laptop('administrator').signer);
    expect(await refused(other)).toMatchObject({
      code: 'split-view',
      next: 'Do not sign. Compare the bundles on all laptops.',
    });
  });

  it('with a signature of somebody who does not sign, naming them', async () => {
    for (const role of ['approver-1', 'mallory']) {
      const { code, message } = await refused(await sign(role, 'approver-1'));
      expect(code).toBe('bad-signature');
      expect(message).toBe(`Checkpoint: the signature of "${role}" does not belong here.`);
    }
  });

  it("with another laptop's signature", async () => {
    const { code, message } = await refused(await sign('witness-1', 'holder-1'));
    expect(code).toBe('bad-signature');
    expect(message).toBe('Checkpoint: the signature of "witness-1" is not valid.');
  });

  it('with signatures out of order', async () => {
    const [first, second] = await Promise.all([sign('holder-1'), sign('administrator')]);
    const text = new TextDecoder();
    const lines = (note: Uint8Array): string => text.decode(note).split('\n\n')[1]!;
    const head = text.decode(first).split('\n\n')[0]!;
    const note = new TextEncoder().encode(`${head}\n\n${lines(first)}${lines(second)}`);
    expect(parseNote(note).signatures).toHaveLength(2);
    expect(await refused(note)).toMatchObject({
      code: 'bad-signature',
      message: 'Checkpoint: the signature of "administrator" does not belong here.',
    });
  });

  it('that is no note', async () => {
    expect((await refused(new TextEncoder().encode('hello'))).code).toBe('bad-encoding');
  });
});
