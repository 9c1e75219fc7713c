import { expect, test } from 'vitest';
import { fuzzReceiver } from '../../test-support/hostile-frames.ts';

test('twenty thousand hostile frames: no crash, no wrong message, bounded memory, and true messages come through', () => {
  const { findings, heard, messages } = fuzzReceiver(20_000, 1);
  expect(findings).toEqual([]);
  expect(messages).toBeGreaterThan(10);
  // All that can happen has happened.
  for (const what of ['noise', 'ignored', 'progress', 'spoilt', 'message'])
    expect(heard[what]).toBeGreaterThan(0);
});
