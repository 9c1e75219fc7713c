/** Messages as pictures of codes on the command line, and back. */
import fs from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { Camera } from '../test-support/camera/camera.ts';
import { OBLIQUE } from '../test-support/camera/pose.ts';
import { screenOf, screenOfPicture } from '../test-support/camera/screen.ts';
import { json, reseal } from '../test-support/cli.ts';
import { someBytes } from '../test-support/codes.ts';
import { closedRefresh, shown } from '../test-support/engine.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { encodeMessage } from '../ceremony/message.ts';
import { folderChannel } from '../devices/channel/folder.ts';
import { draw } from '../optical/symbol/draw.ts';
import { packBody } from '../optical/wire/body.ts';
import { openSender } from '../optical/wire/sender.ts';
import { NO_TOPIC } from '../optical/wire/topic.ts';
import { pngOf } from './png.ts';

/** Two messages of a ceremony, a large and a small one. */
const { run } = await closedRefresh({ seed: 'pictures' });
const messages = shown(run);
const bundle = encodeMessage(messages.find((one) => one.type === 'bundle' && one.round === 1)!);
const checkpoint = encodeMessage(messages.find((one) => one.type === 'checkpoint')!);

/** A folder with two messages in `said`, and an empty one in `courier`. */
async function prepared(): Promise<{ dir: string; said: string[]; courier: string }> {
  const dir = temporaryFolder();
  for (const name of ['said', 'courier']) fs.mkdirSync(join(dir, name));
  const channel = folderChannel(join(dir, 'said'));
  await channel.show('a-bundle', bundle);
  await channel.show('b-other', checkpoint);
  const said = fs.readdirSync(join(dir, 'said')).sort();
  return { dir, said: said.map((name) => join(dir, 'said', name)), courier: join(dir, 'courier') };
}

async function received(courier: string): Promise<Uint8Array[]> {
  return (await folderChannel(courier).receive()).map(({ message }) => new Uint8Array(message));
}

describe('optical show', () => {
  it('writes codes from which optical read makes the same messages, in any order', async () => {
    const { dir, said, courier } = await prepared();
    const codes = join(dir, 'codes');
    const written = await reseal(['optical', 'show', ...said, '--out', codes, '--density', '14', '--json']);
    expect(written.code).toBe(0);
    const { files, needed, version } = json(written) as { files: string[]; needed: number; version: number };
    expect(version).toBeLessThanOrEqual(14);
    expect(needed).toBeGreaterThan(5);
    expect(files).toHaveLength(needed + Math.ceil(needed / 10));
    expect(files).toEqual(fs.readdirSync(codes).map((name) => join(codes, name)));
    // The first one is not there: any others will do.
    const read = await reseal([
      'optical',
      'read',
      ...files.slice(1).reverse(),
      '--courier',
      courier,
      '--json',
    ]);
    expect(read.stderr).toBe('');
    expect(read.code).toBe(0);
    expect(json(read)).toMatchObject({
      messages: [
        { type: 'bundle', bytes: bundle.length, refused: null },
        { type: 'checkpoint', bytes: checkpoint.length, refused: null },
      ],
      unfinished: [],
    });
    expect(await received(courier)).toEqual([bundle, checkpoint]);
    // The codes of two messages are not mixed up.
    const again = await reseal(['optical', 'show', ...said, '--out', codes]);
    expect(again.code).toBe(1);
    expect(again.stderr).toBe(`${codes} is not empty: name a folder that does not exist yet.\n`);
  });

  it('writes as many as are wanted, and says what they are', async () => {
    const { dir, said } = await prepared();
    const codes = join(dir, 'codes');
    const written = await reseal(['optical', 'show', said[1] ?? '', '--out', codes, '--frames', '3']);
    expect(written.stdout).toMatch(
      /^Administrator: the checkpoint, \d+ bytes: it takes 1 code\.\n3 pictures in /,
    );
    expect(fs.readdirSync(codes)).toEqual(['code-1.png', 'code-2.png', 'code-3.png']);
  });

  it.each<[string, string[], string]>([
    ['no folder', [], '--out is missing.'],
    [
      'a density of no code',
      ['--density', '41'],
      '--density: expected a whole number from 6 to 40, found "41".',
    ],
    [
      'one that is too small',
      ['--density', '5'],
      '--density: expected a whole number from 6 to 40, found "5".',
    ],
    ['too few codes', ['--density', '6', '--frames', '3'], '--frames: at this density it takes '],
    ['a file that is no message', [import.meta.filename], 'not well-formed CBOR'],
    ['a file that is not there', ['nowhere.reseal'], 'nowhere.reseal was not found'],
  ])('refuses %s', async (_what, words, sentence) => {
    const { dir, said } = await prepared();
    const out = join(dir, 'codes');
    const where = words.length === 0 ? [] : ['--out', out];
    const finished = await reseal(['optical', 'show', ...said, ...words, ...where]);
    expect(finished.code).toBeGreaterThan(0);
    expect(finished.stderr).toContain(sentence);
    expect(finished.stderr).not.toContain('did not foresee');
    expect(fs.existsSync(out)).toBe(false);
  });
});

describe('optical read', () => {
  it('reads photographs, and says what is missing', async () => {
    const { dir, said, courier } = await prepared();
    const codes = join(dir, 'codes');
    const written = await reseal(['optical', 'show', ...said, '--out', codes, '--frames', '8', '--json']);
    const { files, needed } = json(written) as { files: string[]; needed: number };
    const camera = new Camera({ pose: OBLIQUE, seed: 7 });
    const photographs = files.map((file, at) => {
      const { data, width, height } = PNG.sync.read(fs.readFileSync(file));
      const screen = screenOfPicture({ data: new Uint8ClampedArray(data), width, height });
      const picture = camera.photograph(screen, at * 1000);
      const png = new PNG({ width: picture.width, height: picture.height });
      png.data = Buffer.from(picture.data);
      const path = join(dir, `photograph-${at}.png`);
      fs.writeFileSync(path, PNG.sync.write(png));
      return path;
    });
    const some = photographs.slice(0, needed - 1);
    const first = await reseal(['optical', 'read', ...some, ...some, '--courier', courier]);
    expect(first.code).toBe(1);
    expect(first.stdout).toBe(
      `Administrator: everybody’s messages of round 1 of 5, deal: ${needed - 1} of ${needed} codes; 1 more is needed, whichever. Give all pictures again, with further ones.\n`,
    );
    expect(fs.readdirSync(courier)).toEqual([]);
    const then = await reseal(['optical', 'read', ...photographs], { env: { RESEAL_COURIER: courier } });
    expect(then.stderr).toBe('');
    expect(then.code).toBe(0);
    expect(then.stdout).toMatch(/^Bundle of round 1 \(deal\), attempt 1\.\n/);
    expect(await received(courier)).toEqual([bundle, checkpoint]);
  });

  it('passes over what is not of Reseal, and takes nothing that is no message', async () => {
    const { dir, courier } = await prepared();
    const picture = (name: string, bytes: Uint8Array): string => {
      fs.writeFileSync(join(dir, name), pngOf(draw(bytes), 5));
      return join(dir, name);
    };
    const strange = picture('strange.png', new TextEncoder().encode('https://example.org/'));
    const newer = picture('newer.png', Uint8Array.of(0x52, 0x53, 9, 0, 1, 2, 3));
    // One is no message at all; what is in the other cannot be one.
    const hollow = encodeMessage({
      reseal: 1,
      type: 'checkpoint',
      ceremony: someBytes(16, 1),
      note: someBytes(9, 2),
    });
    const body = packBody([Uint8Array.of(1, 2, 3), checkpoint, hollow]);
    const mixed = picture('mixed.png', openSender(body, NO_TOPIC, 2000).frame(0));
    const finished = await reseal(['optical', 'read', strange, newer, mixed, '--courier', courier, '--json']);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain(`${strange}: no code of Reseal was read in it.`);
    expect(finished.stderr).toContain(`${newer}: this code is of a newer version of Reseal than this one.`);
    expect(finished.stderr).toContain('A message was not taken: ');
    const { messages: seen } = json(finished) as { messages: { type: string | null }[] };
    expect(seen.map(({ type }) => type)).toEqual([null, 'checkpoint', null]);
    expect(await received(courier)).toEqual([checkpoint]);
  });

  it.each<[string, string[], string]>([
    ['no folder', [import.meta.filename], '--courier is missing'],
    ['a folder that is not there', [import.meta.filename, '--courier', 'nowhere'], 'nowhere is not there'],
    [
      'a file that is no picture',
      [import.meta.filename, '--courier', '.'],
      'is not a picture: expected PNG or JPEG.',
    ],
    ['a file that is not there', ['nowhere.png', '--courier', '.'], 'nowhere.png was not found'],
    ['nothing', ['--courier', '.'], 'PICTURE is missing.'],
  ])('refuses %s', async (_what, words, sentence) => {
    const cwd = temporaryFolder();
    const finished = await reseal(['optical', 'read', ...words], { cwd });
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain(sentence);
    expect(fs.readdirSync(cwd)).toEqual([]);
  });
});

it('a code is drawn as other programs read it', () => {
  const matrix = draw(someBytes(100, 5));
  const { data, width, height } = PNG.sync.read(Buffer.from(pngOf(matrix, 3)));
  const { luma, ...size } = screenOf(matrix, 3);
  expect({ width, height }).toEqual(size);
  expect(Array.from({ length: width * height }, (_, at) => data[4 * at])).toEqual([...luma]);
});
