// A window is told what can be told.
import { expect, it } from 'vitest';
import * as fixtures from '../../../renderer/fixtures/steps.ts';
import { consoleState } from '../../ipc/state.ts';
import { fitted } from './fitted.ts';

it('leaves out the one ceremony that does not fit, and says so', () => {
  const state = fixtures.join;
  const [ceremony] = state.ceremonies;
  if (ceremony === undefined) throw new Error('a ceremony expected');
  const tooLong = { ...ceremony, id: 'ab'.repeat(16), keyName: 'x'.repeat(401) };
  const fits = fitted({ ...state, ceremonies: [tooLong, ceremony] });
  expect(consoleState.safeParse(fits).success).toBe(true);
  expect(fits.ceremonies).toEqual([ceremony]);
  expect(fits.notices.at(-1)?.sentence).toContain('1 ceremony cannot be shown in a window');
  expect(fitted(state)).toEqual(state);
  const many = Array.from({ length: 300 }, () => ceremony);
  expect(fitted({ ...state, ceremonies: many }).ceremonies).toHaveLength(200);
});
