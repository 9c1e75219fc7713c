/** The committees and suites that `rehearse.test.ts` leaves out, up to 7 of 12. */
import { describe, it } from 'vitest';
import { expectRefreshed, rehearse } from '../../test-support/rehearsals.ts';
import { SUITE_NAMES } from '../../crypto/suite.ts';

const COMMITTEES = [
  [2, 2],
  [3, 2],
  [5, 3],
  [7, 5],
  [12, 7],
] as const;

describe.each(SUITE_NAMES)('a refresh on %s', (suite) => {
  it.each(COMMITTEES)('with %i holders and threshold %i', async (n, t) => {
    const words = ['--suite', suite, '--holders', `${n}`, '--threshold', `${t}`];
    expectRefreshed(await rehearse(words), suite, n, t);
  });
});
