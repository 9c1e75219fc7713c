/** The command line itself: what it reads, what it refuses, what it prints where, and how it ends. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, MAIN, reseal } from '../test-support/cli.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { LAPTOPS, PEOPLE, Room } from '../test-support/room.ts';
import { COMMANDS } from './commands/index.ts';
import { helpText } from './command.ts';

const PACKAGES = join(import.meta.dirname, '..', 'vectors', 'frost-zcash', 'packages');

const room = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')));
let record = '';
afterAll(() => {
  fs.rmSync(room.dir, { recursive: true, force: true });
});
beforeAll(async () => {
  for (const laptop of LAPTOPS) await room.enrolQuickly(laptop, PEOPLE[laptop]);
  const { id } = await room.plan('generate');
  await room.finish(...LAPTOPS);
  record = join(room.home('ada'), 'records', `generate-${id.slice(0, 8)}`);
});

describe('help', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    '%s lists every option',
    (name, command) => {
      const text = helpText(command);
      expect(text).toMatch(
        new RegExp(`^reseal ${name}( [A-Z|]+| \\[[A-Z-]+…\\])*\n\n {2}${command.summary.slice(0, 20)}`),
      );
      for (const option of [...Object.keys(command.options), 'json', 'help'])
        expect(text).toContain(`  --${option}`);
      for (const positional of command.arguments ?? []) expect(text).toContain(` ${positional}`);
      for (const { help } of Object.values(command.options)) expect(help).not.toBe('');
    },
  );

  it('is printed by the command, and by the overview for those meant for people', async () => {
    const [overview, step, none] = await Promise.all([
      reseal(['--help']),
      reseal(['step', '--help']),
      reseal([], { env: { DISPLAY: '', WAYLAND_DISPLAY: '' } }),
    ]);
    expect([overview.code, step.code, none.code]).toEqual([0, 0, 0]);
    expect(none.stdout).toBe(overview.stdout);
    for (const { name, hidden } of COMMANDS)
      expect(overview.stdout.includes(`\n  ${name} `), name).toBe(hidden !== true);
    expect(overview.stdout).toContain(
      'Exit codes: 0 done or valid, 1 not valid, refused or still waiting, 2 not readable.',
    );
    expect(step.stdout).toContain('--passphrase-fd N');
  });

  it('offers no way to give a passphrase on the command line', () => {
    for (const command of COMMANDS)
      for (const [name, option] of Object.entries(command.options))
        if (/pass(?:phrase|word)|secret/.test(name)) expect([name, option.value]).toEqual([name, 'N']);
  });
});

describe('words that are not understood', () => {
  it.each<[string[], string]>([
    [['conjure'], 'There is no command "conjure". "reseal --help" lists them.'],
    [['key'], '"key" is one of: "key import", "key list", "key export", "key restore".'],
    [['step', '--speed', '9'], `Unknown option '--speed'. See "reseal step --help".`],
    [['step', 'now'], '"now" was not expected. See "reseal step --help".'],
    [['step'], '--courier is missing: name the folder where the messages are exchanged.'],
    [
      ['step', '--courier', '.', '--answer', 'yes'],
      '--answer: expected step.field=value (such as join.code="four words"), found "yes".',
    ],
    [['init'], '--laptop is missing. See "reseal init --help".'],
    [
      ['init', '--laptop', 'L', '--custodian', 'C', '--identity', 'RSA'],
      '--identity: expected ES256 or EdDSA, found "RSA".',
    ],
    [['enrol'], 'Say where the card goes: --out FILE or --courier DIR.'],
    [['plan', 'new'], '--kind is missing. See "reseal plan new --help".'],
    [
      ['plan', 'new', '--kind', 'generate', '--administrator', 'x', '--out', 'p', '--cryptoperiod', '91'],
      '--cryptoperiod: expected 90, 180, 365 or on-demand, found "91".',
    ],
    [['approve'], 'PLAN is missing. See "reseal approve --help".'],
    [['verify'], 'RECORD is missing. See "reseal verify --help".'],
    [['stop', '--courier', '.'], '--reason is missing. See "reseal stop --help".'],
    [['exception', '--courier', '.', '--text', 'x'], '--category is missing. See "reseal exception --help".'],
    [['show', 'no such file'], 'no such file was not found'],
    [['verify', 'no such folder'], 'no such folder is not a folder: name the folder of a record.'],
    [['key', 'import', '--name', 'K', '--public-key-package', 'a'], '--key-package is missing.'],
    [
      ['key', 'export', '--key', 'K', '--out', '.', '--format', 'pem'],
      '--format: expected record or ur or zcash-frost, found "pem".',
    ],
    [['rehearse', '--holders', '1'], '--holders: expected a whole number from 2 to 64, found "1".'],
    [
      ['rehearse', '--holders', '3', '--threshold', '4'],
      '--threshold: expected a whole number from 2 to 3, found "4".',
    ],
    [['rehearse', '--suite', 'rsa'], '--suite: expected secp256k1, ed25519, p256, found "rsa".'],
    [['rehearse', '--ceremony', 'tea'], '--ceremony: expected refresh or generate, found "tea".'],
    [['rehearse', '--administrator', 'cat'], '--administrator: expected own or holder, found "cat".'],
    [['rehearse', '--key-package', 'x'], '--key-package needs --public-key-package beside it.'],
    [
      ['rehearse', '--ceremony', 'generate', '--misbehave', '2:wrong-degree'],
      '--misbehave: a holder can be made to cheat in a refresh only.',
    ],
    [
      ['rehearse', '--lose', '9'],
      '--lose: there is no holder 9 in this rehearsal: expected one of 1, 2, 3, 4, 5.',
    ],
    [
      ['rehearse', '--lose', '2', '--ceremony', 'generate'],
      '--lose: the share comes back from the backup of a first ceremony',
    ],
    [
      ['rehearse', '--lose', '2', '--backup', 'plain-sheet'],
      '--lose: the share comes back from a file backup',
    ],
    [
      ['rehearse', '--lose', '2', '--channel', 'optical'],
      '--lose: a laptop is lost in rehearsals through a folder only',
    ],
    [
      ['plan', 'new', '--kind', 'generate', '--replace', '2=x', '--administrator', 'y', '--out', 'p'],
      '--replace: only a refresh starts from a record whose cards can be replaced.',
    ],
    [
      ['rehearse', '--exception', 'late'],
      '--exception: expected a holder and a text such as "1:We began late", found "late".',
    ],
    [
      ['rehearse', '--exception', '9:late'],
      '--exception: there is no holder 9 in this rehearsal: expected one of 1, 2, 3, 4, 5.',
    ],
  ])('%j: a sentence, and exit code 2', async (words, sentence) => {
    const cwd = temporaryFolder();
    const env = { RESEAL_HOME: join(cwd, 'home'), RESEAL_COURIER: '' };
    delete (env as Partial<typeof env>).RESEAL_COURIER;
    const finished = await reseal(words, { cwd, env });
    expect(finished.stderr).toContain(sentence);
    expect(finished.stdout).toBe('');
    expect(finished.stderr).not.toMatch(/ at .*:\d+:\d+/);
    expect(finished.code).toBe(2);
    expect(fs.readdirSync(cwd)).toEqual([]);
  });

  it('are refused as one JSON object with --json', async () => {
    const finished = await reseal(['conjure', '--json']);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toBe('');
    expect(json(finished)).toEqual({
      error: 'There is no command "conjure". "reseal --help" lists them.',
      next: null,
    });
  });
});

describe('the vault', () => {
  it('does not open with another passphrase, and nothing has changed', async () => {
    const other = new Room(room.dir, 'not the passphrase');
    for (const words of [['status'], ['key', 'list', '--json'], ['step', '--courier', room.courier]]) {
      const finished = await other.on('alma', ...words);
      expect(finished.code).toBe(1);
      expect(finished.stdout + finished.stderr).toMatch(/passphrase/i);
      expect(finished.stdout + finished.stderr).not.toContain('not the passphrase');
    }
    expect(
      fs.readdirSync(join(room.home('alma'), 'vault')).filter((name) => name.startsWith('lock.')),
    ).toEqual([]);
  });

  it('is asked for on a terminal or taken from a file descriptor, and there must be one', async () => {
    const home = room.home('alma');
    const nobody = await reseal(['status', '--home', home, '--passphrase-fd', '99']);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain('--passphrase-fd 99: nothing can be read from this file descriptor');
    const empty = await reseal(['status', '--home', home, '--passphrase-fd', '3'], { passphrases: [''] });
    expect(empty.code).toBe(1);
    expect(empty.stderr).toContain('The passphrase is empty');
    const nowhere = await room.on('nobody', 'status');
    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr).toContain('There is no vault in');
  });

  it('is made once', async () => {
    const finished = await room.on('alma', 'init', '--laptop', 'L', '--custodian', 'C', '--rehearsal');
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('already: it was not touched.');
    const file = join(temporaryFolder(), 'file');
    fs.writeFileSync(file, '');
    const blocked = await reseal(['init', '--laptop', 'L', '--custodian', 'C', '--home', join(file, 'home')]);
    expect(blocked.code).toBe(1);
    expect(blocked.stderr).toContain('cannot be made (ENOTDIR)');
  });

  it('is used by one process at a time', async () => {
    const busy = await room.vault('bruno', () => room.on('bruno', 'status'));
    expect(busy.code).toBe(1);
    expect(busy.stderr).toMatch(/Another Reseal process \(pid \d+\) uses this vault/);
    expect((await room.on('bruno', 'status')).code).toBe(0);
  });
});

describe('verify', () => {
  const copy = (): string => {
    const dir = join(temporaryFolder(), 'record');
    fs.cpSync(record, dir, { recursive: true });
    return dir;
  };

  it('ends with 0, 1 or 2: valid, not valid, not readable', async () => {
    const valid = await reseal(['verify', record]);
    expect(valid.code).toBe(0);
    expect(valid.stdout).toMatch(/^✓ check_/m);
    expect(valid.stdout).toContain('VALID: a true account of a ceremony that was completed.');

    const changed = copy();
    const plan = fs.readFileSync(join(changed, 'plan.json'), 'utf8');
    fs.writeFileSync(join(changed, 'plan.json'), plan.replace('Treasury', 'Treasurx'));
    const invalid = await reseal(['verify', changed, '--json']);
    expect(invalid.code).toBe(1);
    expect(json(invalid)).toMatchObject({ record: changed, verdict: 'NOT VALID' });

    const missing = copy();
    fs.rmSync(join(missing, 'checkpoint'));
    expect((await reseal(['verify', missing])).code).toBe(1);

    const folder = temporaryFolder();
    fs.writeFileSync(join(folder, 'holiday.jpg'), 'x');
    const noRecord = await reseal(['verify', folder]);
    expect(noRecord.code).toBe(2);
    expect(noRecord.stderr).toContain('is not a record: it has neither plan.json nor SHA256SUMS.');

    const linked = copy();
    fs.rmSync(join(linked, 'checkpoint'));
    fs.symlinkSync(join(record, 'checkpoint'), join(linked, 'checkpoint'));
    const unreadable = await reseal(['verify', linked]);
    expect(unreadable.code).toBe(2);
    expect(unreadable.stderr).toContain('is not a regular file');
  });

  it('does not mind when its reader has read enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'verify', record], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe('show', () => {
  it('says nothing secret about files that are', async () => {
    const secret = join(PACKAGES, 'p256', 'key-package-1.json');
    const share = (JSON.parse(fs.readFileSync(secret, 'utf8')) as { signing_share: string }).signing_share;
    const finished = await reseal(['show', secret]);
    expect(finished.code).toBe(0);
    expect(finished.stdout).toBe('A FROST KeyPackage. It contains a secret share; nothing of it is shown.\n');
    expect(finished.stdout).not.toContain(share.slice(0, 8));
    const common = await reseal(['show', join(PACKAGES, 'p256', 'public-key-package.json'), '--json']);
    expect(json(common)).toMatchObject({ type: 'public-key-package' });
  });

  it('ends with 2 for files of others', async () => {
    const dir = temporaryFolder();
    for (const [name, content, sentence] of [
      ['a.json', '{"a":1}', 'is JSON, but none that Reseal knows.'],
      ['b.json', '{"a":', 'looks like JSON but is not.'],
      ['c.jsonl', '{"a":1}\n{"a"\n', 'looks like a transcript, but line 2 is not JSON.'],
      ['d', 'plain', ''],
      ['e', '', ''],
    ] as const) {
      fs.writeFileSync(join(dir, name), content);
      const finished = await reseal(['show', join(dir, name)]);
      expect([name, finished.code]).toEqual([name, 2]);
      expect(finished.stderr).toContain(sentence);
      expect(finished.stderr).not.toContain('did not foresee');
    }
  });

  it('lets nothing through that moves the cursor', async () => {
    const path = join(temporaryFolder(), 'x\u001b[31m.json');
    fs.writeFileSync(path, '{"a":1}');
    const finished = await reseal(['show', path]);
    expect(finished.stderr).not.toContain('\u001b');
  });
});

describe('key import', () => {
  const files = (index: number): string[] => [
    ...['--public-key-package', join(PACKAGES, 'ed25519', 'public-key-package.json')],
    ...['--key-package', join(PACKAGES, 'ed25519', `key-package-${index}.json`)],
  ];

  it('takes one share of a key, and says so when it is there already', async () => {
    const here = new Room(temporaryFolder());
    await here.enrolQuickly('alma', 'Alma Ahn');
    const first = await here.on('alma', 'key', 'import', '--name', 'Treasury', ...files(1), '--json');
    expect(first.code).toBe(0);
    expect(json(first)).toMatchObject({ index: 1, record: { name: 'Treasury', epoch: 0 } });
    const same = await here.on('alma', 'key', 'import', '--name', 'Treasury', ...files(1), '--json');
    expect(same.code).toBe(0);
    const other = await here.on('alma', 'key', 'import', '--name', 'Treasury', ...files(2));
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /^Another holder's share of the key [0-9a-f]{16} is in this vault already\.\n$/,
    );
    const renamed = await here.on('alma', 'key', 'import', '--name', 'Savings', ...files(1));
    expect(renamed.code).toBe(1);
    expect(renamed.stderr).toContain('is in this vault already, under another name.');
  });

  it('refuses packages that do not belong together', async () => {
    const here = new Room(temporaryFolder());
    await here.enrolQuickly('alma', 'Alma Ahn');
    const mixed = await here.on(
      'alma',
      ...['key', 'import', '--name', 'Treasury'],
      ...['--public-key-package', join(PACKAGES, 'ed25519', 'public-key-package.json')],
      ...['--key-package', join(PACKAGES, 'p256', 'key-package-1.json')],
    );
    expect(mixed.code).toBe(1);
    expect(mixed.stderr).toMatch(/\S/);
    expect((await here.on('alma', 'key', 'list')).stdout).toBe('This laptop holds no share yet.\n');
  });
});

describe('files that are written', () => {
  it('never replace others', async () => {
    const taken = join(temporaryFolder(), 'card.json');
    fs.writeFileSync(taken, 'mine');
    const finished = await room.on('alma', 'enrol', '--out', taken);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('exists already: choose another name, or remove it.');
    expect(fs.readFileSync(taken, 'utf8')).toBe('mine');
  });

  it('with a share in them belong to their owner alone', async () => {
    const out = join(temporaryFolder(), 'export');
    const finished = await room.on(
      'alma',
      ...['key', 'export', '--key', 'Treasury', '--format', 'zcash-frost', '--out', out],
    );
    expect(finished.code).toBe(0);
    expect(finished.stderr).toContain('it is as secret as the vault');
    expect(fs.statSync(join(out, 'holder-1.key-package.json')).mode & 0o777).toBe(0o600);
    const unknown = await room.on('alma', 'key', 'export', '--key', 'Savings', '--out', out);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('There is no key "Savings" on this laptop: see "reseal key list".');
  });
});
