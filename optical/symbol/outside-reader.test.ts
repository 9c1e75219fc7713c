/** Frames of ours as another program reads them, which knows nothing of us: zbarimg, byte for byte. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenOf } from '../../test-support/camera/screen.ts';
import { someBytes } from '../../test-support/codes.ts';
import { packBody } from '../wire/body.ts';
import { decodeFrame } from '../wire/frame.ts';
import { Receiver } from '../wire/receiver.ts';
import { openSender } from '../wire/sender.ts';
import { NO_TOPIC } from '../wire/topic.ts';
import { capacityOf, draw } from './draw.ts';

const hasZbar = spawnSync('zbarimg', ['--version']).status === 0;
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'reseal-zbar-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Draws a frame into a file and has it read. */
function seenByZbar(frame: Uint8Array, version?: number): Uint8Array {
  const { luma, width, height } = screenOf(draw(frame, version), 4);
  const png = new PNG({ width, height });
  luma.forEach((value, at) => {
    png.data.set([value, value, value, 255], 4 * at);
  });
  const file = join(dir, 'code.png');
  writeFileSync(file, PNG.sync.write(png));
  const { stdout, status } = spawnSync('zbarimg', [
    '--quiet',
    '--nodbus',
    '--raw',
    '--oneshot',
    '-Sbinary',
    file,
  ]);
  expect(status).toBe(0);
  return new Uint8Array(stdout);
}

describe.skipIf(!hasZbar)('zbarimg reads', () => {
  test.each([6, 10, 14, 18, 21, 25, 30, 35, 40])(
    'a fragment and a sum of fragments at version %i',
    (version) => {
      const sender = openSender(packBody([someBytes(20_000, version)]), NO_TOPIC, capacityOf(version));
      for (const number of [0, 1, sender.cut.fragments, 1_000_003]) {
        const frame = sender.frame(number);
        expect(seenByZbar(frame, version)).toEqual(frame);
      }
    },
  );

  test.each([0, 1, 100, 1000, 2800])('a message of %i bytes that fits into one frame', (length) => {
    const sender = openSender(packBody([someBytes(length, 1)]), NO_TOPIC, 2953);
    const seen = seenByZbar(sender.frame(0));
    expect(seen).toEqual(sender.frame(0));
    expect(decodeFrame(seen)?.payload).toHaveLength(length + 36);
  });

  test('a whole message, every other frame of it', () => {
    const message = someBytes(5000, 2);
    const sender = openSender(packBody([message]), NO_TOPIC, capacityOf(14));
    const receiver = new Receiver();
    let heard = receiver.add(seenByZbar(sender.frame(0)));
    for (let number = 2; heard.what === 'progress'; number += 2)
      heard = receiver.add(seenByZbar(sender.frame(number)));
    expect(heard.what === 'message' && heard.messages).toEqual([message]);
  });
});
