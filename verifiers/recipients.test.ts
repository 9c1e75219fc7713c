/** All three verifiers have the same recipients for good and for bad: a plan with a bad one cannot be made, so it is asked directly. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { recipientProblem } from '../ceremony/formats/age-recipient.ts';
import { coordinate, NO_RECIPIENTS, recipientOf, RECIPIENTS } from '../test-support/recipients.ts';
import { isRecipient } from './html/recipients.ts';

/** 2^255 - 19. */
const FIELD = 2n ** 255n - 19n;
const NEAR = [2n, 8n, 9n, FIELD - 2n, FIELD + 2n].map((u) => recipientOf(coordinate(u)));
const ALL = [...RECIPIENTS, ...NEAR, ...NO_RECIPIENTS.map(([, text]) => text)];

it('verifiers agree on every recipient', () => {
  const script =
    'import json, sys, verify; print(json.dumps([verify.is_recipient(one) for one in json.load(sys.stdin)]))';
  const python = JSON.parse(
    execFileSync('python3', ['-B', '-c', script], {
      cwd: import.meta.dirname,
      input: JSON.stringify(ALL),
      encoding: 'utf8',
    }),
  ) as boolean[];
  const ours = ALL.map((one) => recipientProblem(one) === undefined);
  expect(ours.filter(Boolean)).toHaveLength(RECIPIENTS.length + 4);
  expect(python).toEqual(ours);
  expect(ALL.map(isRecipient)).toEqual(ours);
});
