import { describe, expect, it } from 'vitest';
import { MemoryLaptop } from '../test-support/memory.ts';
import { refusal } from '../test-support/engine.ts';
import { canonicalJsonFile } from './canonical-json.ts';
import { cardId, decodeCard, encodeCard, identityFromField, identityToField, type Card } from './card.ts';

const carol = new MemoryLaptop('Carol', 'card', 'ES256');
const card = await carol.enrol();

const refused = (
  change: Partial<Record<keyof Card, unknown>>,
): Promise<{ code: string; message: string; next: string | undefined }> =>
  refusal(() => decodeCard(canonicalJsonFile({ ...card, ...change }), 'card-carol'));

describe('enrolment cards', () => {
  it.each(['ES256', 'EdDSA'] as const)('with an %s identity come back from their bytes', async (alg) => {
    const made = await new MemoryLaptop('Dave', 'card', alg).enrol();
    expect(decodeCard(encodeCard(made))).toEqual(made);
    expect(identityToField(identityFromField(made.identity))).toEqual(made.identity);
    expect(cardId(made)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('are two different cards when made twice, with two sealing keys', async () => {
    const again = await carol.enrol();
    expect(again.identity).toEqual(card.identity);
    expect(again.sealingKey).not.toBe(card.sealingKey);
    expect(cardId(again)).not.toBe(cardId(card));
  });

  it.each([
    ['name', 'Mallory'],
    ['laptop', "Mallory's laptop"],
    ['rehearsal', false],
    ['created', '2026-11-24T09:00:00Z'],
  ] as const)('are refused when %s was changed', async (field, value) => {
    expect(await refused({ [field]: value })).toMatchObject({
      code: 'bad-card',
      message: expect.stringMatching(/^card-carol: the signature does not fit the card of "/) as string,
      next: expect.stringContaining('reseal enrol') as string,
    });
  });

  it("are refused with another laptop's identity or sealing key", async () => {
    const other = await new MemoryLaptop('Mallory', 'card', 'ES256').enrol();
    expect((await refused({ identity: other.identity })).code).toBe('bad-card');
    expect((await refused({ sealingKey: other.sealingKey })).code).toBe('bad-card');
    expect((await refused({ signature: other.signature })).code).toBe('bad-card');
  });

  it('are refused with keys that are no points, naming the field', async () => {
    const sealing = await refused({ sealingKey: `05${'11'.repeat(32)}` });
    expect(sealing.code).toBe('point-off-curve');
    expect(sealing.message).toContain('card-carol: field "sealingKey"');
    const identity = await refused({ identity: { alg: 'ES256', key: `05${'11'.repeat(32)}` } });
    expect(identity.code).toBe('point-off-curve');
    expect(identity.message).toContain('identity key');
  });

  it('are refused with fields of another shape, by name', async () => {
    expect(await refused({ format: 'reseal-card-2' })).toMatchObject({ code: 'bad-card' });
    expect((await refused({ signature: 'ab' })).message).toContain('field "signature"');
    expect((await refused({ name: '' })).message).toContain('field "name"');
    const extra = await refusal(() => decodeCard(canonicalJsonFile({ ...card, share: 'x' })));
    expect(extra).toMatchObject({ code: 'bad-card' });
    expect(extra.message).toContain('"share"');
  });
});
