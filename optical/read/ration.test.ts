import { expect, test } from 'vitest';
import { Ration, type Look } from './ration.ts';

const BOTH: readonly Look[] = ['enlarge', 'sharpen'];

/** A ration after `count` pictures, of which every `every`th was read. */
function after(count: number, every: number): Ration {
  const ration = new Ration();
  for (let picture = 1; picture <= count; picture++) ration.note(picture % every === 0);
  return ration;
}
const granted = (ration: Ration, count: number, lost?: (look: Look) => number): Look[] =>
  Array.from({ length: count }, () => ration.grant(BOTH, lost)).filter((look) => look !== undefined);

test('where half of the pictures are read and a look costs two of them, none is taken, not even to try', () => {
  expect(granted(after(40, 2), 60, () => 2)).toEqual([]);
});

test('a look that costs nothing is taken there', () => {
  expect(granted(after(40, 2), 10, () => 0)).toHaveLength(10);
  expect(granted(after(40, 2), 10)).toHaveLength(10);
});

test('the look that costs less is taken, the other one now and then only where it costs nothing either', () => {
  const dear = (look: Look): number => (look === 'enlarge' ? 3 : 0);
  expect(new Set(granted(after(40, 2), 40, dear))).toEqual(new Set(['sharpen']));
  expect(new Set(granted(after(40, 2), 40))).toEqual(new Set(BOTH));
});

test('pictures that first looks never read are no loss', () => {
  const ration = after(60, 100);
  ration.note(false, true);
  expect(granted(ration, 10, () => 3)).toHaveLength(10);
});

test('looks that never help are taken seldom, though they cost nothing', () => {
  const ration = after(40, 2);
  for (let miss = 0; miss < 40; miss++) for (const look of BOTH) ration.judge(look, false);
  expect(granted(ration, 60)).toHaveLength(10);
});
