/** Laptops that are killed at random instants while they show codes, or look at them. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('laptops that are killed and started again complete every ceremony by screen and camera', async () => {
  const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'kill-test.ts');
  const child = spawn(process.execPath, [script, '--runs', '4', '--channel', 'optical'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(text).toMatch(/\n4 passed, 0 failed\n$/);
  expect(code).toBe(0);
});
