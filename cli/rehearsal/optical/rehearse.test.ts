/** A whole refresh by screen and camera: real processes, drawn codes, the camera model, the real decoder. */
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '@noble/hashes/sha2.js';
import { reseal } from '../../../test-support/cli.ts';
import { temporaryFolder } from '../../../test-support/folders.ts';
import { expectRefreshed, rehearse } from '../../../test-support/rehearsals.ts';
import { bytesToHex } from '../../../crypto/bytes.ts';
import { decodeMessage } from '../../../ceremony/message.ts';
import type { Reception } from './statistics.ts';

const PACKAGES = join(import.meta.dirname, '..', '..', '..', 'vectors', 'frost-zcash', 'packages', 'ed25519');
const LAPTOPS = ['holder-1', 'holder-2', 'holder-3', 'administrator', 'witness'];
/** A key that is there already saves the generation of one. */
const IMPORTED = [
  ...['--public-key-package', join(PACKAGES, 'public-key-package.json')],
  ...[1, 2, 3].flatMap((index) => ['--key-package', join(PACKAGES, `key-package-${index}.json`)]),
];

/** The messages in a folder: digest, and what it says about itself. */
function messagesIn(dir: string): Map<string, { name: string; type: string }> {
  return new Map(
    fs.readdirSync(dir).map((name) => {
      const bytes = new Uint8Array(fs.readFileSync(join(dir, name)));
      return [bytesToHex(sha256(bytes)), { name, type: decodeMessage(bytes, name).type }];
    }),
  );
}

describe('a rehearsal of a 2-of-3 refresh by screen and camera', () => {
  it('completes, and no message travels any other way', { timeout: 300_000 }, async () => {
    const rehearsed = await rehearse([
      ...IMPORTED,
      ...['--channel', 'optical', '--camera', 'perfect', '--loss', '15', '--seed', 'test'],
    ]);
    expectRefreshed(rehearsed, 'ed25519', 3, 2);
    const { report, out } = rehearsed;
    expect(fs.readdirSync(out).sort()).toEqual([
      ...['desk', 'documents', 'export', 'laptops', 'optical.json', 'record', 'report.json'],
    ]);
    const receptions = JSON.parse(fs.readFileSync(join(out, 'optical.json'), 'utf8')) as Reception[];
    const folders = new Map([
      ['desk', messagesIn(join(out, 'desk'))],
      ...LAPTOPS.map((seat) => [seat, messagesIn(join(out, 'laptops', seat, 'mailbox'))] as const),
    ]);

    // A message is in a mailbox because its laptop said it, or because a camera saw it on the screen of one that did.
    const received = new Map(
      receptions.flatMap(({ from, to, messages }) => messages.map((digest) => [`${to} ${digest}`, from])),
    );
    const said = new Map<string, string>();
    for (const [seat, messages] of folders)
      for (const digest of messages.keys())
        if (!received.has(`${seat} ${digest}`)) {
          expect(said.get(digest), digest).toBe(undefined);
          said.set(digest, seat);
        }
    let seen = 0;
    for (const [seat, messages] of folders)
      for (const [digest, { name, type }] of messages) {
        const from = received.get(`${seat} ${digest}`);
        if (from === undefined) continue;
        seen += 1;
        expect(said.get(digest)).toBe(from);
        expect(name).toMatch(new RegExp(`^${type}-${from}-[0-9a-f]{12}\\.reseal$`));
        // What is for the administrator is shown to nobody else; what the desk and the administrator say is for all.
        if (['envelope', 'cosignature'].includes(type)) expect(seat).toBe('administrator');
        else if (type === 'card') expect(['administrator', 'desk']).toContain(seat);
        else expect(['administrator', 'desk']).toContain(from);
      }
    expect(seen).toBe(received.size);
    for (const seat of LAPTOPS.filter((name) => name !== 'administrator'))
      expect([...(folders.get(seat)?.values() ?? [])].filter(({ type }) => type === 'bundle')).toHaveLength(
        6,
      );

    // The numbers add up.
    const { optical } = report;
    if (optical === null) throw new Error('no optical section');
    expect(optical).toMatchObject({
      camera: 'perfect',
      loss: 15,
      seed: 'test',
      version: 25,
      rate: 15,
      interrupted: 0,
    });
    expect(optical.messages).toBe(said.size);
    expect(optical.receptions).toBe(receptions.length);
    for (const reception of receptions) {
      const { needed, shown, photographed, lost, read, strays, fresh, seconds } = reception;
      expect(fresh).toBe(needed);
      expect(shown).toBeGreaterThanOrEqual(needed);
      expect(photographed - lost).toBeGreaterThanOrEqual(needed);
      expect(photographed - lost).toBeGreaterThanOrEqual(read);
      expect(read).toBeGreaterThanOrEqual(fresh + strays);
      expect(seconds).toBeGreaterThanOrEqual(photographed / 30);
    }
    const sum = (
      name: 'needed' | 'shown' | 'photographed' | 'lost' | 'read' | 'strays' | 'fresh' | 'bytes',
    ): number => receptions.reduce((total, reception) => total + reception[name], 0);
    for (const name of [
      'needed',
      'shown',
      'photographed',
      'lost',
      'read',
      'strays',
      'fresh',
      'bytes',
    ] as const)
      expect(optical[name], name).toBe(sum(name));
    expect(optical.overhead).toBeCloseTo(optical.shown / optical.needed - 1, 2);
    expect(optical.lost).toBeGreaterThan(0);
    expect(optical.strays).toBeGreaterThan(0);
    expect(optical.longest).toBeLessThanOrEqual(optical.seconds);
  });

  it('names the holder that cheats, and tells it as text', { timeout: 300_000 }, async () => {
    const cwd = temporaryFolder();
    const finished = await reseal(
      [
        ...['rehearse', '--out', 'there', ...IMPORTED, '--misbehave', '2:wrong-sub-share'],
        ...['--channel', 'optical', '--camera', 'perfect', '--loss', '0'],
      ],
      { cwd },
    );
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(0);
    expect(finished.stdout).toMatch(
      /^holder-1 showed envelope \(\d+ bytes\) to administrator: 1 code needed, \d+ shown$/m,
    );
    expect(finished.stdout).toMatch(/^Culprit +holder-2 /m);
    expect(finished.stdout).toMatch(
      /^Optical +\d+ messages in \d+ receptions, \d+ bytes; camera "perfect", 0 % loss, seed "1"$/m,
    );
    expect(finished.stdout).toMatch(
      /^Codes +\d+ needed, \d+ shown \(\d+ % more than needed\), up to version 25$/m,
    );
    expect(finished.stdout).toMatch(
      /^Pictures +\d+ taken, 0 lost; \d+ codes read, \d+ of them of something else$/m,
    );
    expect(finished.stdout).toMatch(/^On screens +[\d.]+ s at 15 codes a second/m);
    expect(finished.stdout).toMatch(/VALID\n$/);
  });

  it('ends with a sentence when the cameras see nothing', { timeout: 300_000 }, async () => {
    const cwd = temporaryFolder();
    const words = ['--channel', 'optical', '--camera', 'dark-screen'];
    const finished = await reseal(['rehearse', '--out', 'there', ...IMPORTED, ...words], { cwd });
    expect(finished.code).toBe(1);
    expect(finished.stderr).toMatch(
      /^The camera "dark-screen" of \S+ reads too little of the screen of \S+: 0 of 1 codes/m,
    );
    expect(finished.stderr).not.toContain('did not foresee');
  });
});

describe('options that do not fit', () => {
  it.each<[string[], string]>([
    [['--channel', 'post'], '--channel: expected folder or optical, found "post".'],
    [['--camera', 'perfect'], '--camera: there are cameras with --channel optical only.'],
    [['--loss', '5'], '--loss: there are cameras with --channel optical only.'],
    [['--channel', 'folder', '--seed', 'x'], '--seed: there are cameras with --channel optical only.'],
    [['--channel', 'optical', '--camera', 'phone'], '--camera: expected one of good-webcam, '],
    [['--channel', 'optical', '--loss', '91'], '--loss: expected a whole number from 0 to 90, found "91".'],
    [
      ['--channel', 'optical', '--loss', 'some'],
      '--loss: expected a whole number from 0 to 90, found "some".',
    ],
  ])('are refused: %j', async (words, sentence) => {
    const cwd = temporaryFolder();
    const finished = await reseal(['rehearse', '--out', 'out', ...words], { cwd });
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain(sentence);
    expect(fs.readdirSync(cwd)).toEqual([]);
  });
});
