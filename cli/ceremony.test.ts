/** Two whole ceremonies with nothing but the public commands, one process a step, as five people would hold them. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, reportsOf, willing, type Finished } from '../test-support/cli.ts';
import { allFiles } from '../test-support/folders.ts';
import { identify } from './commands/show.ts';
import { Room } from '../test-support/room.ts';
import { findSecrets, secretsOf } from '../test-support/secrets.ts';

const HOLDERS = ['alma', 'bruno', 'chidi'];
const LAPTOPS = [...HOLDERS, 'wim', 'ada'];
const PASSPHRASE = 'zirconium Papagei 4711 umbrella';
const KEY = 'Treasury';

const room = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')), PASSPHRASE);
afterAll(() => {
  fs.rmSync(room.dir, { recursive: true, force: true });
});

/** Every secret that was ever in a vault or with the nonce keeper, by what it is. */
const secrets = new Map<string, Uint8Array>();
const generate = { code: '', id: '', steps: [] as Step[] };
const refresh = { code: '', id: '', steps: [] as Step[] };
let groupKey = '';

interface Step {
  readonly pass: number;
  readonly laptop: string;
  readonly finished: Finished;
}

/** Steps on all laptops in turn until each of them says that nothing is left to do. */
async function hold(ceremony: typeof generate, ...words: string[]): Promise<void> {
  const ended = new Set<string>();
  for (let pass = 1; ended.size < LAPTOPS.length; pass++) {
    if (pass > 15)
      throw new Error(
        ceremony.steps
          .slice(-5)
          .map((one) => one.finished.stdout)
          .join('\n'),
      );
    for (const laptop of LAPTOPS) {
      if (ended.has(laptop)) continue;
      const finished = await room.step(laptop, ...willing(ceremony.code), ...words);
      ceremony.steps.push({ pass, laptop, finished });
      if (finished.code === 0) ended.add(laptop);
    }
    for (const laptop of HOLDERS)
      for (const [what, secret] of await secretsOf(room.home(laptop), PASSPHRASE)) secrets.set(what, secret);
  }
}

async function enrolAll(people: readonly (readonly [string, string])[]): Promise<void> {
  for (const [laptop, name] of people) await room.enrol(laptop, name);
}

const said = (ceremony: typeof generate, pass: number, laptop: string): string =>
  ceremony.steps.find((one) => one.pass === pass && one.laptop === laptop)?.finished.stdout ?? '';

beforeAll(async () => {
  await Promise.all([
    enrolAll([
      ['alma', 'Alma Ahn'],
      ['bruno', 'Bruno Berg'],
      ['chidi', 'Chidi Cole'],
    ]),
    enrolAll([
      ['wim', 'Wim Wit'],
      ['ada', 'Ada Adler'],
    ]),
  ]);
  const people = [
    '--administrator',
    room.card('ada'),
    '--approver',
    room.card('wim'),
    '--witness',
    room.card('wim'),
  ];
  const planned = await room.run(
    ...[
      'plan',
      'new',
      '--kind',
      'generate',
      '--name',
      KEY,
      '--suite',
      'ed25519',
      '--threshold',
      '2',
      '--json',
    ],
    ...HOLDERS.flatMap((laptop, at) => ['--holder', `${at + 1}=${room.card(laptop)}`]),
    ...people,
    ...['--backup-each', 'Safe A', '--out', join(room.dir, 'generate.json'), '--courier', room.courier],
  );
  Object.assign(generate, { code: json(planned)['code'], id: json(planned)['ceremony'] });
  const approved = await room.on(
    'wim',
    ...['approve', 'generate.json', '--courier', room.courier, '--code', generate.code, '--json'],
  );
  expect(json(approved)).toMatchObject({ approved: true, declined: false, code: generate.code });
  await hold(generate);

  const exported = await room.on('alma', 'key', 'export', '--key', KEY, '--out', room.dir, '--json');
  const [record = ''] = json(exported)['files'] as string[];
  groupKey = (JSON.parse(fs.readFileSync(record, 'utf8')) as { groupKey: string }).groupKey;
  const again = await room.run(
    ...['plan', 'new', '--kind', 'refresh', '--record', record, ...people, '--backup-each', 'Safe A'],
    ...['--courier', room.courier, '--json'],
  );
  Object.assign(refresh, { code: json(again)['code'], id: json(again)['ceremony'] });
  await hold(refresh, '--json');
}, 300_000);

const recordOf = (laptop: string, kind: string, id: string): string =>
  join(room.home(laptop), 'records', `${kind}-${id.slice(0, 8)}`);

describe('a key generation, as text', () => {
  it('says what was done, and in one sentence what is awaited from whom', () => {
    expect(said(generate, 1, 'alma')).toBe(
      `${KEY}, holder-1 (${generate.code}): done: Compare the four words of the plan with the other people, and join.\n` +
        `${KEY}, holder-1 (${generate.code}): Waits for the administrator to show the bundle of round 0 (approve).\n`,
    );
    expect(said(generate, 1, 'ada')).toContain('done: Showed the bundle of round 0 (approve) to everybody.');
    expect(said(generate, 1, 'ada')).toContain(
      'Waits for round 1 (deal) of holder 1 (Alma Ahn), holder 2 (Bruno Berg), holder 3 (Chidi Cole).',
    );
    expect(said(generate, 2, 'bruno')).toContain('done: Deal: make and seal the sub-shares for the others.');
    expect(said(generate, 2, 'bruno')).toContain('to show the bundle of round 1 (deal).');
  });

  it('waits with exit code 1 until the end, complains about nothing, and ends with 0', () => {
    for (const { finished, laptop, pass } of generate.steps) {
      expect(finished.stderr, `${laptop}, pass ${pass}`).toBe('');
      expect(finished.code).toBe(finished.stdout.includes('Completed. The record is filed.') ? 0 : 1);
    }
  });
});

describe('a refresh, as JSON', () => {
  it('prints one JSON object and nothing else', () => {
    for (const { finished } of refresh.steps) {
      expect(finished.stderr).toBe('');
      const mine = reportsOf(finished).filter((report) => report.ceremony === refresh.id);
      expect(mine).not.toEqual([]);
      for (const report of mine) expect(report.refusal).toBeNull();
      expect(finished.code).toBe(mine.every((report) => report.waiting === undefined) ? 0 : 1);
    }
  });

  it('takes every holder through the steps of the script, in order and once', () => {
    for (const [at, laptop] of HOLDERS.entries()) {
      const done = refresh.steps
        .filter((one) => one.laptop === laptop)
        .flatMap((one) => reportsOf(one.finished))
        .filter((report) => report.ceremony === refresh.id && report.role === `holder-${at + 1}`)
        .flatMap((report) => report.done);
      expect(
        done.filter((title) => !title.startsWith('Wait ')).map((title) => title.split(/[:,]/)[0]),
      ).toEqual([
        'Compare the four words of the plan with the other people',
        'Deal',
        'Check what the others dealt',
        'Make the planned backups of the new share and read each one back',
        'Prove the new share and declare it secure',
        'Point of no return',
        'Destroy the old share on this laptop (the backups of it are yours to destroy)',
        'State what was destroyed',
        'Compare the transcript and sign its checkpoint',
        'File the record',
      ]);
    }
  });

  it('leaves the ceremony before it as it was filed', () => {
    const last = refresh.steps.findLast((one) => one.laptop === 'alma');
    const before = last && reportsOf(last.finished).find((report) => report.ceremony === generate.id);
    expect(before).toMatchObject({ outcome: 'closed', done: [], refusal: null });
    expect(before?.waiting).toBeUndefined();
  });
});

describe('afterwards', () => {
  it('has nothing left to do, however often one asks', async () => {
    const before = allFiles(room.dir);
    for (const laptop of ['alma', 'ada']) {
      const again = await room.step(laptop);
      expect(again.code).toBe(0);
      expect(again.stdout).not.toContain('done:');
      expect(again.stdout.match(/Completed\. The record is filed\./g)).toHaveLength(2);
    }
    expect(allFiles(room.dir)).toEqual(before);
  });

  it('has the same VALID record on every laptop', async () => {
    const verified = await room.run('verify', recordOf('ada', 'refresh', refresh.id), '--json');
    expect(verified.code).toBe(0);
    expect(json(verified)).toMatchObject({
      verdict: 'VALID',
      outcome: 'closed',
      rehearsal: true,
      ceremony: {
        id: refresh.id,
        epochBefore: 0,
        epochAfter: 1,
        groupKeyBefore: groupKey,
        groupKeyAfter: groupKey,
      },
    });
    const text = await room.run('verify', recordOf('alma', 'generate', generate.id), '--brief');
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('VALID: a true account of a ceremony that was completed.');
    for (const [kind, id] of [
      ['generate', generate.id],
      ['refresh', refresh.id],
    ] as const) {
      const contents = LAPTOPS.map((laptop) => {
        const dir = recordOf(laptop, kind, id);
        return allFiles(dir).map((path) => [path, fs.readFileSync(join(dir, path)).toString('hex')]);
      });
      for (const other of contents) expect(other).toEqual(contents[0]);
    }
  });

  it('has epoch 1 and nothing else on the laptops of the holders, and no key on the others', async () => {
    for (const laptop of LAPTOPS) {
      const listed = await room.on(laptop, 'key', 'list', '--json');
      expect(listed.code).toBe(0);
      const keys = json(listed)['keys'] as {
        epochId: string;
        others: string[];
        record: { groupKey: string };
      }[];
      if (!HOLDERS.includes(laptop)) expect(keys).toEqual([]);
      else {
        expect(keys).toMatchObject([{ epochId: `epoch-1-${refresh.id.slice(0, 8)}`, others: [] }]);
        expect(keys[0]?.record).toMatchObject({ groupKey, epoch: 1, threshold: 2, name: KEY });
      }
    }
    const text = await room.on('bruno', 'key', 'list');
    expect(text.stdout).toMatch(/^KEY +FINGERPRINT +SUITE/);
    expect(text.stdout).toMatch(/Treasury +[0-9a-f]{16} +ed25519 +2 of 3 +1 +due \d{4}-\d{2}-\d{2} /);
  });

  it('is what "status" says', async () => {
    const finished = await room.on('chidi', 'status');
    expect(finished.code).toBe(0);
    expect(finished.stdout).toMatch(/ed25519, 2 of 3, epoch 1; refresh due \d{4}-\d{2}-\d{2}\n/);
    expect(finished.stdout).toContain(
      `REHEARSAL refresh of "${KEY}" to epoch 1 (${refresh.code}), as holder-3: closed, record filed.`,
    );
    const asJson = json(await room.on('wim', 'status', '--json'));
    expect(asJson).toMatchObject({ custodian: 'Wim Wit', rehearsal: true, keys: [] });
    expect(asJson['ceremonies']).toHaveLength(4);
  });

  it('leaves the backups of the old epoch to be destroyed, until a signed statement says how', async () => {
    const { stdout } = await room.on('chidi', 'status');
    expect(stdout).toMatch(
      /^Old backup: file "Safe A" \(.+\) of epoch 0 of "Treasury": to be destroyed by \d{4}-\d{2}-\d{2}\.$/m,
    );
    const destroyed = (...more: string[]): ReturnType<typeof room.on> =>
      room.on('chidi', 'backup', 'destroyed', '--label', 'Safe A', '--tool', 'HSM 411.2', '--json', ...more);
    const alone = await destroyed('--method', 'Destroy: shredded', '--witness', 'Chidi Cole');
    expect(alone.code).not.toBe(0);
    expect(alone.stderr + alone.stdout).toContain('cannot watch themselves');
    const done = json(await destroyed('--method', 'Destroy: shredded', '--witness', 'Wim Wit'));
    expect(done).toMatchObject({
      left: [],
      statement: { who: 'Chidi Cole', witness: 'Wim Wit', epoch: 0, kind: 'file', holder: 3 },
    });
    expect((await room.on('chidi', 'status')).stdout).not.toContain('Old backup');
    const shown = await room.run('show', String(done['path']), '--json');
    expect(json(shown)).toMatchObject({ type: 'destruction' });
    const unknown = await room.on(
      'alma',
      ...['backup', 'destroyed', '--label', 'Safe B', '--method', 'x', '--tool', 'y', '--witness', 'Wim'],
    );
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('there is no old backup "Safe B"');
  });

  it('"show" knows every file in the courier\'s folder and in the record, and shows nothing secret', async () => {
    const courier = allFiles(room.courier).map((name) => join(room.courier, name));
    const record = recordOf('ada', 'refresh', refresh.id);
    // One file of each kind and round: the others differ in their names only.
    const kinds = new Map(
      [
        ...courier,
        ...allFiles(record).map((name) => join(record, name)),
        ...allFiles(join(room.home('alma'), 'backups')).map((name) =>
          join(room.home('alma'), 'backups', name),
        ),
        room.card('ada'),
        join(room.home('alma'), 'vault', 'vault.json'),
      ].map((path) => [path.replace(/[0-9a-f]{8,}|holder-\d|\d(?=\.json)/g, '*'), path]),
    );
    expect(kinds.size).toBeGreaterThan(25);
    const types = new Set<unknown>();
    for (const path of kinds.values()) types.add(identify(fs.readFileSync(path), path).type);
    expect([...types].sort()).toEqual(
      [
        ...[
          'backup',
          'bundle',
          'card',
          'checkpoint',
          'checksums',
          'cosignature',
          'envelope',
          'key-record',
          'plan',
        ],
        ...['proof', 'readme', 'transcript', 'vault'],
      ].sort(),
    );
    const shown = await room.run('show', join(record, 'transcript.jsonl'), '--json');
    expect(shown.code).toBe(0);
    expect(json(shown)).toMatchObject({
      type: 'transcript',
      sentence: expect.stringMatching(/^Transcript /) as string,
    });
    const deal = courier.find((path) => path.includes('-bundle-r1-')) ?? '';
    const text = await room.run('show', deal);
    expect(text.stdout).toMatch(/^Bundle of round 1 \(deal\), attempt 1\.\n {2}ceremony: [0-9a-f]{32}\n/);
  });

  it('leaves no nonces in memory', () => {
    for (const laptop of LAPTOPS) {
      const header = fs.readFileSync(join(room.home(laptop), 'vault', 'vault.json'), 'utf8');
      const { id } = JSON.parse(header) as { id: string };
      expect(fs.existsSync(`/dev/shm/reseal-${process.getuid?.() ?? ''}/${id}`)).toBe(false);
    }
  });

  it('printed no secret, showed none, and kept none outside a vault', () => {
    const kinds = [...secrets.keys()].map((name) => name.replace(/^[^ ]+ /, '').replace(/ .*/, ''));
    expect([...new Set(kinds)].sort()).toEqual(['card', 'ceremony', 'identity', 'nonce', 'sealing', 'share']);
    // Six shares, their sealing keys, and two nonces for every holder, proof and ceremony.
    expect([...secrets.keys()].filter((name) => name.includes(' nonce ')).length).toBeGreaterThanOrEqual(24);
    expect([...secrets.keys()].filter((name) => name.includes(' share '))).toHaveLength(6);
    const passphrase = new Map([...secrets, ['the passphrase', new TextEncoder().encode(PASSPHRASE)]]);
    const places: [string, Uint8Array][] = room.finished.flatMap((finished, at) => {
      const name = `${at} ${finished.words.slice(0, 2).join(' ')}`;
      return [
        [`stdout of ${name}`, new TextEncoder().encode(finished.stdout)],
        [`stderr of ${name}`, new TextEncoder().encode(finished.stderr)],
        [`command line of ${name}`, new TextEncoder().encode(finished.commandLine)],
      ] as [string, Uint8Array][];
    });
    expect(places.length).toBeGreaterThan(300);
    expect(room.finished.every((finished) => finished.commandLine.includes('cli/main.ts'))).toBe(true);
    for (const path of allFiles(room.dir))
      if (!path.includes('/vault/')) places.push([path, fs.readFileSync(join(room.dir, path))]);
    expect(findSecrets(passphrase, places)).toEqual([]);
    // The search finds what is there: a share in either byte order, as hex or as it is.
    const [name = '', share = new Uint8Array(0)] =
      [...secrets].find(([what]) => what.includes('share')) ?? [];
    for (const leak of [share, Buffer.from(share).reverse(), Buffer.from(Buffer.from(share).toString('hex'))])
      expect(findSecrets(passphrase, [['leak', Buffer.concat([Buffer.from('...'), leak])]])).toEqual([
        `${name} is in leak`,
      ]);
  });
});
