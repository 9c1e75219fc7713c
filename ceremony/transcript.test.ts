import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { BARE, closedRefresh, resignBody, withEnvelopes, type Ended } from '../test-support/engine.ts';
import { ATTEST, RETIRE } from './bundle.ts';
import { canonicalJson } from './canonical-json.ts';
import { envelopeHash } from './envelope.ts';
import { planCode } from './plan.ts';
import { checkpointOf, checkpointOrigin, transcript } from './transcript.ts';
import { advance } from './view.ts';

interface Line {
  readonly v: number;
  readonly seq: number;
  readonly type: string;
  readonly actor: string;
  readonly at: string;
  readonly salt: string;
  readonly body: Record<string, unknown>;
}

let ended: Ended;
let lines: string[];
let parsed: Line[];

beforeAll(async () => {
  ended = await closedRefresh({ seed: 'transcript', change: { ...BARE, backups: [] } });
  lines = transcript(ended.view);
  parsed = lines.map((line) => JSON.parse(line) as Line);
});

describe('the transcript', () => {
  it('is the same on every laptop', () => {
    for (const participant of ended.run.participants.values())
      expect(transcript(participant.view)).toEqual(lines);
  });

  it('is canonical JSON, line by line, numbered from zero', () => {
    for (const [at, line] of lines.entries()) {
      expect(canonicalJson(JSON.parse(line))).toBe(line);
      expect(parsed[at]).toMatchObject({ v: 1, seq: at });
    }
  });

  it('has the plan first, every envelope with its content and hash, every bundle, and the outcome last', () => {
    expect(parsed[0]).toMatchObject({
      type: 'plan',
      body: {
        code: planCode(ended.context),
        hash: bytesToHex(ended.context.hash),
        rehearsal: true,
        epoch: 1,
      },
    });
    const envelopes = ended.view.bundles.flatMap((bundle) => bundle.envelopes);
    for (const envelope of envelopes) {
      const line = parsed.find(({ body }) => body['envelope'] === bytesToHex(envelopeHash(envelope)));
      expect(line).toMatchObject({ actor: envelope.payload.sender, at: envelope.payload.at });
      expect(line?.body['prev']).toBe(bytesToHex(envelope.payload.prev));
    }
    expect(parsed.filter(({ type }) => type === 'bundle')).toHaveLength(6);
    expect(parsed.map(({ type }) => type).filter((type) => type === 'deal')).toHaveLength(3);
    expect(parsed.at(-1)).toMatchObject({
      type: 'outcome',
      body: { outcome: 'closed', abort: null, faults: [], epoch: 1 },
    });
    expect(lines).toHaveLength(1 + envelopes.length + 6 + 1);
  });

  it('never contains what was sealed', () => {
    const text = lines.join('\n');
    for (const [, parts] of ended.bundle(1).sealed)
      for (const ciphertext of parts.values()) expect(text).not.toContain(bytesToHex(ciphertext));
  });

  it('has a salt of its own on every line, which anybody with the whole record can recompute', () => {
    const salts = parsed.map(({ salt }) => salt);
    expect(new Set(salts).size).toBe(salts.length);
    for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/);
  });

  it('changes in every salt, and in its root, with a single signature', async () => {
    const envelope = await resignBody(ended.run, ended.envelope(RETIRE, 'holder-3'), {
      destroyed: [
        { ...(ended.envelope(RETIRE, 'holder-3').payload.body['destroyed'] as object[])[0], tool: 'fire' },
      ],
    });
    let other = advance(ended.before(RETIRE), withEnvelopes(ended.bundle(RETIRE), envelope));
    other = advance(other, ended.bundle(ATTEST));
    const salts = new Set(parsed.map(({ salt }) => salt));
    for (const line of transcript(other)) expect(salts.has((JSON.parse(line) as Line).salt)).toBe(false);
    expect(checkpointOf(other, transcript(other))).not.toBe(checkpointOf(ended.view, lines));
  });

  it('records faults and aborts with their culprit', async () => {
    const second = await resignBody(ended.run, ended.envelope(1, 'holder-2'), { kind: 'x' });
    const evidence = { ...ended.bundle(RETIRE), evidence: [second] };
    const faulty = transcript(advance(ended.before(RETIRE), evidence));
    expect(JSON.parse(faulty.at(-1)!)).toMatchObject({
      body: { outcome: 'certified', faults: [{ rule: 'check_equivocation', culprit: 'holder-2' }] },
    });
    const abort = { ...ended.bundle(1), envelopes: [], evidence: [ended.envelope(1, 'holder-2'), second] };
    const aborted = transcript(advance(ended.before(1), abort));
    expect(JSON.parse(aborted.at(-1)!)).toMatchObject({
      body: { outcome: 'aborted', abort: { rule: 'check_equivocation', culprit: 'holder-2' }, epoch: 0 },
    });
  });

  it('is named after the ceremony, rehearsal or not', () => {
    const { context } = ended;
    const real = { ...ended.view, context: { ...context, plan: { ...context.plan, rehearsal: false } } };
    expect(checkpointOrigin(real)).toBe(`reseal/ceremony/${bytesToHex(context.id)}`);
  });
});
