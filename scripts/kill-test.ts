/**
 * Kills laptops of rehearsals at random instants, lets the desk start them again, and looks at what is left:
 * `node scripts/kill-test.ts [--runs N] [--seed TEXT] [--parallel N] [--channel folder|optical]`.
 *
 * After every rehearsal: it ended well and its record is VALID; no slot was ever signed twice differently, and no
 * nonce commitment was shown twice, in all that was shown or journalled anywhere; every holder has epoch 1 and nothing
 * else; all laptops filed the same records; and nothing unfinished lies about. A rehearsal that fails any of this is
 * kept, and its folder printed. The instants follow from the seed; what is going on at them does not, because it also
 * depends on how fast the machine is.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import { SUITE_NAMES } from '../crypto/suite.ts';
import { decodeEnvelope } from '../ceremony/envelope.ts';
import { slotName } from '../ceremony/envelope.ts';
import { decodeMessage } from '../ceremony/message.ts';
import { decodePlan } from '../ceremony/plan.ts';
import type { RehearsalReport } from '../cli/rehearsal/rehearse.ts';
import { readRecord } from '../laptop/files.ts';
import { seededRandom } from '../test-support/random.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../vectors/frost-zcash/packages', import.meta.url));
const SEATS = ['holder-1', 'holder-2', 'holder-3', 'administrator', 'witness'];
/** Milliseconds after which a rehearsal is taken for stuck. The desk itself gives up after two minutes of silence. */
const TOO_LONG = 300_000;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now()) },
    parallel: { type: 'string', default: '2' },
    channel: { type: 'string', default: 'folder' },
  },
});

/** A number from 0 (included) to 1. */
type Chance = () => number;

function chances(seed: string): Chance {
  const random = seededRandom(seed);
  return () => random(4).reduce((sum, byte) => sum / 256 + byte, 0) / 256;
}

/** Messages that have been shown at the end of a rehearsal: how its progress is measured, on a machine of any speed. */
const MESSAGES = { generated: 58, imported: 28 };
/** Chosen as an instant before the first message, where the vaults are made, as often as at any eight messages. */
const BEFORE_THE_FIRST = 8;

interface Kill {
  readonly seat: string;
  readonly place: string;
}

interface Outcome {
  readonly run: number;
  readonly suite: string;
  readonly dir: string;
  readonly kills: readonly Kill[];
  readonly restarts: number;
  /** Highest attempt at rounds 2 and 3 that anybody began. */
  readonly attempts: number;
  readonly ms: number;
  readonly failures: readonly string[];
}

/** Process numbers of a rehearsal's laptops, by seat. */
function laptops(out: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    let words: string[];
    try {
      words = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
    } catch {
      continue;
    }
    const home = words[words.indexOf('--home') + 1] ?? '';
    if (!words.includes('rehearsal-laptop') || !home.startsWith(join(out, 'laptops', '/'))) continue;
    found.set(words[words.indexOf('--seat') + 1] ?? '?', Number(name));
  }
  return found;
}

const STAGES: readonly (readonly [RegExp, string])[] = [
  [/^filed|^admin-file-record$/, 'filed'],
  [/^final|^checkpoint-final/, 'final checkpoint'],
  [/^cosigned|^checkpoint-first/, 'checkpoint'],
  [/-005$/, 'attest complete'],
  [/-004$/, 'retire complete'],
  [/^out-holder.*-r4-/, 'retire sent'],
  [/^destroyed-/, 'destroyed'],
  [/-003$/, 'certificate'],
  [/-r3-a\d+/, 'secure sent'],
  [/^backup-/, 'backed up'],
  [/-002$/, 'confirm complete'],
  [/-r2-a\d+/, 'confirm sent'],
  [/-001$/, 'deal complete'],
  [/-r1-a\d+/, 'deal sent'],
  [/-000$/, 'approved'],
  [/^joined-|^admin-publish-plan$/, 'joined'],
];

/** How far a laptop has got, by the files of its vault. */
function whereIs(home: string): string {
  const list = (path: string): string[] => {
    try {
      return fs.readdirSync(path).filter((name) => !name.startsWith('.'));
    } catch {
      return [];
    }
  };
  const vault = join(home, 'vault');
  if (!fs.existsSync(vault)) return 'making the vault';
  const ceremonies = list(join(vault, 'ceremonies')).map((id) => {
    const journal = join(vault, 'ceremonies', id, 'journal');
    const plan = fs.existsSync(join(journal, 'plan')) ? fs.readFileSync(join(journal, 'plan'), 'utf8') : '';
    return { refresh: plan.includes('"kind":"refresh"'), names: list(journal) };
  });
  const latest = ceremonies.find(({ refresh }) => refresh) ?? ceremonies[0];
  if (latest === undefined) return list(join(vault, 'cards')).length === 0 ? 'enrolling' : 'enrolled';
  const stage = STAGES.find(([pattern]) => latest.names.some((name) => pattern.test(name)));
  return `${latest.refresh ? 'refresh' : 'generate'}: ${stage?.[1] ?? 'plan'}`;
}

/** Kills laptops while the rehearsal goes on: at a few instants over its whole span, one or several, some again while they come back. */
function killAt(out: string, messages: number, chance: Chance, kills: Kill[]): () => void {
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, action: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, ms);
    timers.add(timer);
  };
  const kill = (seat: string): void => {
    const pid = laptops(out).get(seat);
    if (pid === undefined) return;
    try {
      const place = whereIs(join(out, 'laptops', seat));
      process.kill(pid, 'SIGKILL');
      kills.push({ seat, place });
    } catch {
      // It ended in the same moment.
      return;
    }
    if (chance() < 0.35)
      later(150 + chance() * 700, () => {
        kill(seat);
      });
  };
  const instants = Array.from({ length: 1 + Math.floor(chance() * 4) }, () => {
    const several = chance();
    const count = several < 0.7 ? 1 : several < 0.9 ? 2 : SEATS.length;
    const order = SEATS.map((seat) => ({ seat, rank: chance() })).sort((a, b) => a.rank - b.rank);
    const after = Math.floor(chance() * (messages + BEFORE_THE_FIRST)) - BEFORE_THE_FIRST;
    return { seats: order.slice(0, count), after, delay: chance() * (after < 0 ? 1500 : 250) };
  });
  const look = setInterval(() => {
    const there = messagesIn(out);
    for (const instant of instants.splice(0)) {
      if (there <= instant.after) instants.push(instant);
      else
        later(instant.delay, () => {
          for (const { seat } of instant.seats) kill(seat);
        });
    }
  }, 10);
  return () => {
    clearInterval(look);
    for (const timer of timers) clearTimeout(timer);
  };
}

/** Where messages are, whichever way they travel. */
function messageFolders(out: string): string[] {
  return [
    join(out, 'courier'),
    join(out, 'desk'),
    ...SEATS.map((seat) => join(out, 'laptops', seat, 'mailbox')),
  ].filter((dir) => fs.existsSync(dir));
}

/** How many messages there are, by the digests in their names. */
function messagesIn(out: string): number {
  const names = messageFolders(out).flatMap((dir) => fs.readdirSync(dir));
  return new Set(names.flatMap((name) => /-([0-9a-f]{12})\.reseal$/.exec(name)?.[1] ?? [])).size;
}

function filesBelow(path: string): string[] {
  return fs
    .readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Looks at all that was signed: returns the highest attempt, and what is wrong. */
function signedThings(out: string): { attempts: number; failures: string[] } {
  const slots = new Map<string, Set<string>>();
  const commitments = new Map<string, string>();
  const failures = new Set<string>();
  let attempts = 1;
  const look = (bytes: Uint8Array): void => {
    const { payload } = decodeEnvelope(bytes);
    const slot = `${bytesToHex(payload.ceremony).slice(0, 8)} ${slotName(payload)}`;
    const known = slots.get(slot) ?? new Set();
    slots.set(slot, known.add(bytesToHex(sha256(bytes))));
    attempts = Math.max(attempts, payload.attempt);
    const { nonces } = payload.body;
    if (!Array.isArray(nonces)) return;
    for (const [proof, ...points] of nonces as [number, ...Uint8Array[]][])
      for (const [at, point] of points.entries()) {
        const place = `${slot} ${proof} ${at}`;
        const before = commitments.get(bytesToHex(point)) ?? place;
        if (before !== place) failures.add(`the nonce commitment of ${before} is also that of ${place}`);
        commitments.set(bytesToHex(point), before);
      }
  };
  const journals = filesBelow(join(out, 'laptops')).filter((path) =>
    /\/journal\/(?:out|in|bundle|shown)-/.test(path),
  );
  const shown = messageFolders(out)
    .flatMap(filesBelow)
    .filter((path) => path.endsWith('.reseal'));
  for (const path of [...shown, ...journals]) {
    const message = decodeMessage(fs.readFileSync(path), path);
    if (message.type === 'envelope' || message.type === 'attempt') look(message.envelope);
    if (message.type === 'bundle') for (const one of [...message.envelopes, ...message.evidence]) look(one);
    if (message.type === 'plan') decodePlan(message.plan, path);
  }
  for (const [slot, contents] of slots)
    if (contents.size !== 1) failures.add(`${slot} was signed ${contents.size} times differently`);
  if (slots.size < 14) failures.add(`only ${slots.size} envelopes were found`);
  return { attempts, failures: [...failures] };
}

function recordFailures(out: string, expected: number): string[] {
  const failures: string[] = [];
  const names = new Set<string>();
  const all = SEATS.map((seat) => {
    const dir = join(out, 'laptops', seat, 'records');
    const records = new Map(fs.readdirSync(dir).map((name) => [name, readRecord(join(dir, name))]));
    for (const name of records.keys()) names.add(name);
    return { seat, records };
  });
  if (names.size !== expected) failures.push(`expected ${expected} records, found ${[...names].join(', ')}`);
  for (const name of names) {
    const first = all[0]?.records.get(name);
    for (const { seat, records } of all) {
      const files = records.get(name);
      const same =
        files?.size === first?.size &&
        [...(files ?? [])].every(([path, bytes]) => equalBytes(bytes, first?.get(path) ?? new Uint8Array(0)));
      if (!same) failures.push(`the record ${name} of ${seat} is another one than that of ${SEATS[0] ?? ''}`);
    }
  }
  return failures;
}

/** What a killed process may leave and a later one must have tidied up. */
function litter(out: string): string[] {
  const names = fs.readdirSync(join(out, 'laptops'), { recursive: true, encoding: 'utf8' });
  const left = names.filter((name) =>
    /(?:^|\/)(?:\.staging-|\.destroying-|\.taken-|lock\.)|\.tmp$|\.part$/.test(name),
  );
  const nonces = SEATS.map((seat) => {
    const header = fs.readFileSync(join(out, 'laptops', seat, 'vault', 'vault.json'), 'utf8');
    return `/dev/shm/reseal-${process.getuid?.() ?? 'user'}/${(JSON.parse(header) as { id: string }).id}`;
  }).filter((path) => fs.existsSync(path));
  return [...left, ...nonces].map((path) => `left behind: ${path}`);
}

function epochFailures(report: RehearsalReport): string[] {
  return report.laptops
    .filter(({ seat }) => seat.startsWith('holder-'))
    .filter(
      ({ epochs: [epoch, ...further] }) =>
        further.length > 0 || epoch?.epoch !== 1 || epoch.others.length > 0,
    )
    .map(({ seat, epochs }) => `${seat} has ${JSON.stringify(epochs)}`);
}

function judge(out: string, code: number | null, stdout: string, stderr: string): [number, string[]] {
  if (code !== 0)
    return [
      1,
      [
        `the rehearsal ended with ${code ?? 'a signal'}: ${stdout.trim()} ${stderr.trim().split('\n').at(-1) ?? ''}`,
      ],
    ];
  const report = JSON.parse(stdout) as RehearsalReport;
  const failures = [];
  if (report.verdict !== 'VALID' || report.outcome !== 'closed')
    failures.push(`${report.verdict}, ${report.outcome}`);
  if (report.trialSignature?.valid !== true || report.trialSignature.epoch !== 1)
    failures.push('the shares of epoch 1 do not sign');
  if (report.groupKeyBefore === null || report.groupKeyBefore !== report.groupKeyAfter)
    failures.push('the group key changed');
  const signed = signedThings(out);
  failures.push(
    ...epochFailures(report),
    ...signed.failures,
    ...recordFailures(out, report.exported.length > 0 ? 1 : 2),
    ...litter(out),
  );
  return [signed.attempts, failures];
}

/** The options for the channel. The model of the camera is the one that is quickest to look through. */
function channelWords(): string[] {
  return options.channel === 'optical' ? ['--channel', 'optical', '--camera', 'perfect'] : [];
}

function generated(suite: string): string[] {
  return ['--holders', '3', '--threshold', '2', '--suite', suite];
}

/** The options for a key of 3 holders, 2 of whom sign, that another implementation made. */
function packagesOf(suite: string): string[] {
  const file = (name: string): string => join(PACKAGES, suite, `${name}.json`);
  return [
    ...['--public-key-package', file('public-key-package')],
    ...[1, 2, 3].flatMap((index) => ['--key-package', file(`key-package-${index}`)]),
  ];
}

async function rehearse(run: number): Promise<Outcome> {
  const chance = chances(`${options.seed} ${run}`);
  const suite = SUITE_NAMES[run % SUITE_NAMES.length] ?? 'secp256k1';
  const dir = fs.mkdtempSync(join(tmpdir(), `reseal-kill-${run}-`));
  const out = join(dir, 'rehearsal');
  // Every fourth rehearsal begins with the import of a key, the others generate one.
  const imported = run % 4 === 3;
  const words = ['rehearse', '--out', out, '--json', ...channelWords()];
  words.push(...(imported ? packagesOf(suite) : generated(suite)));
  const kills: Kill[] = [];
  const began = Date.now();
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TOO_LONG,
    // In every other rehearsal a killed laptop loses its nonces, and rounds 2 and 3 are attempted again.
    env: { ...process.env, ...(run % 2 === 1 ? { RESEAL_NONCES: 'process' } : {}) },
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const stop = killAt(out, imported ? MESSAGES.imported : MESSAGES.generated, chance, kills);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  stop();
  const ms = Date.now() - began;
  const restarts = text.stderr.split('was killed').length - 1;
  let attempts = 1;
  let failures: string[];
  try {
    [attempts, failures] = judge(out, code, text.stdout, text.stderr);
  } catch (error) {
    failures = [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
  if (failures.length === 0) {
    fs.rmSync(dir, { recursive: true, force: true });
  }
  return { run, suite, dir, kills, restarts, attempts, ms, failures };
}

function print(outcome: Outcome): void {
  const { run, suite, kills, restarts, attempts, ms, failures, dir } = outcome;
  const places = kills.map(({ seat, place }) => `${seat} (${place})`).join(', ');
  console.log(
    `${failures.length === 0 ? 'ok    ' : 'FAILED'} ${String(run).padStart(3)}  ${suite.padEnd(9)}  ${(ms / 1000).toFixed(1).padStart(5)} s  ` +
      `kills ${kills.length}, restarts ${restarts}, attempts ${attempts}: ${places === '' ? 'nobody' : places}`,
  );
  for (const failure of failures) console.log(`       ${failure}`);
  if (failures.length > 0) console.log(`       kept in ${dir}`);
}

function summary(outcomes: readonly Outcome[], ms: number): void {
  const places = new Map<string, number>();
  for (const { place } of outcomes.flatMap((one) => one.kills))
    places.set(place, (places.get(place) ?? 0) + 1);
  console.log('\nWhat the laptops that were killed had done last:');
  for (const [place, count] of [...places].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${place.padEnd(28)} ${String(count).padStart(4)}`);
  const sum = (count: (one: Outcome) => number): number => outcomes.reduce((all, one) => all + count(one), 0);
  const failed = outcomes.filter((one) => one.failures.length > 0).length;
  console.log(`
runs                        ${outcomes.length} in ${(ms / 1000).toFixed(0)} s, seed ${options.seed}
kills                       ${sum((one) => one.kills.length)}
restarts                    ${sum((one) => one.restarts)}
runs without a kill         ${outcomes.filter((one) => one.kills.length === 0).length}
runs with further attempts  ${outcomes.filter((one) => one.attempts > 1).length}, at most ${Math.max(1, ...outcomes.map((one) => one.attempts))}
failures                    ${failed}
`);
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
}

const runs = Number(options.runs);
const parallel = Number(options.parallel);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(parallel) || parallel < 1)
  throw new RangeError('--runs and --parallel: expected whole numbers from 1.');
const began = Date.now();
const outcomes: Outcome[] = [];
let next = 0;
await Promise.all(
  Array.from({ length: Math.min(parallel, runs) }, async () => {
    while (next < runs) {
      const outcome = await rehearse(next++);
      outcomes.push(outcome);
      print(outcome);
    }
  }),
);
summary(outcomes, Date.now() - began);
process.exitCode = outcomes.some((one) => one.failures.length > 0) ? 1 : 0;
