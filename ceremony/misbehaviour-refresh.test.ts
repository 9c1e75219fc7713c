import { describe, it } from 'vitest';
import { MISBEHAVIOURS } from '../cli/rehearsal/misbehave.ts';
import { expectConvicted, RULE_BROKEN, runWithDishonest } from '../test-support/misbehaviour.ts';

describe.each([
  { threshold: 2, indices: [1, 2, 3], culprit: 2 },
  { threshold: 3, indices: [1, 2, 3, 4, 5], culprit: 5 },
])(
  '$threshold of $indices.length, refresh: a dishonest holder is named by everybody, and nothing is lost',
  (setup) => {
    it.each(MISBEHAVIOURS)('%s', async (kind) => {
      const run = await runWithDishonest(setup.culprit, kind, { ...setup, kind: 'refresh' });
      await expectConvicted(run, setup.culprit, RULE_BROKEN[kind]);
    });
  },
);
