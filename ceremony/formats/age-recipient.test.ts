import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coordinate, NO_RECIPIENTS, RECIPIENTS, recipientOf } from '../../test-support/recipients.ts';
import { recipientProblem } from './age-recipient.ts';

/** What the age tool says to a recipient. */
const age = (recipient: string): number | null =>
  spawnSync('age', ['-r', recipient], { input: 'x', stdio: ['pipe', 'ignore', 'ignore'] }).status;

describe('a recipient', () => {
  it.each(RECIPIENTS)('that age-keygen made is taken, by us and by age: %s', (recipient) => {
    expect(recipientProblem(recipient)).toBeUndefined();
    expect(age(recipient)).toBe(0);
  });

  it('of any key is taken; with any one character changed it is not', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 2n ** 255n - 21n }),
        fc.nat(57),
        fc.constantFrom(...Array.from('qpzry9x8gf2tvdw0s3jn54khce6mua7l')),
        (u, at, character) => {
          const recipient = recipientOf(coordinate(u));
          expect(recipientProblem(recipient)).toBeUndefined();
          const changed = recipient.slice(0, 4 + at) + character + recipient.slice(5 + at);
          if (changed !== recipient) expect(recipientProblem(changed)).toContain('the checksum is wrong');
        },
      ),
    );
  });

  it.each(NO_RECIPIENTS)('is refused: %s', (_, text, words) => {
    expect(recipientProblem(text)).toContain(words);
  });

  it.each(NO_RECIPIENTS.filter(([, , words]) => /checksum|small order|belong to no key/.test(words)))(
    'is refused by age too: %s',
    (_, text) => {
      expect(age(text)).not.toBe(0);
    },
  );

  it('that is a secret key is not repeated in the sentence', () => {
    expect(recipientProblem(`AGE-SECRET-KEY-1${'Q'.repeat(58)}`)).not.toContain('QQQ');
  });
});
