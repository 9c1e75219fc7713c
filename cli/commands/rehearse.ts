/** `reseal rehearse`: a whole ceremony on this machine with throw-away keys, one process per laptop. */
import { existsSync, readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { IDENTITY_ALGORITHMS, type IdentityAlgorithm } from '../../crypto/identity.ts';
import { ROUND_NAMES } from '../../ceremony/bundle.ts';
import { BACKUP_KINDS, type BackupKind } from '../../ceremony/plan.ts';
import { contributeException } from '../../ceremony/rounds/exception.ts';
import type { Command, Given } from '../command.ts';
import { UsageError } from '../../laptop/errors.ts';
import type { Output } from '../output.ts';
import { runLaptop } from '../rehearsal/laptop-process.ts';
import { keySource } from '../rehearsal/key-source.ts';
import { CHANNELS, IMPORTED_NAME } from '../rehearsal/layout.ts';
import { MISBEHAVIOURS, parseMisbehaviour } from '../rehearsal/misbehave.ts';
import type { Seen } from '../rehearsal/optical/air.ts';
import { CAMERA_NAMES } from '../rehearsal/optical/cameras.ts';
import type { OpticalReport } from '../rehearsal/optical/statistics.ts';
import { runRehearsal, type RehearsalReport, type RehearsalRequest } from '../rehearsal/rehearse.ts';

export const rehearse: Command = {
  name: 'rehearse',
  summary: 'Hold a whole ceremony on this machine with throw-away keys, and verify its record',
  more: 'KEY-PACKAGE',
  options: {
    suite: { value: 'SUITE', help: 'secp256k1 (default), ed25519 or p256' },
    holders: { value: 'N', help: 'number of holders (default 5)' },
    threshold: { value: 'T', help: 'signers needed (default: a majority)' },
    ceremony: { value: 'KIND', help: 'refresh (default; of a key that is generated first) or generate' },
    out: { value: 'DIR', help: 'folder for everything (default: rehearsal-<date>-<time>)' },
    identity: { value: 'ALG', help: "algorithm of the laptops' identity keys: ES256 (default) or EdDSA" },
    administrator: {
      value: 'PLACE',
      help: 'own (default): a laptop of its own; holder: on the first holder’s laptop',
    },
    'public-key-package': {
      value: 'FILE',
      help: 'refresh this key instead of a new one: FROST PublicKeyPackage (JSON)',
    },
    'key-package': {
      value: 'FILE',
      help: "a holder's KeyPackage for it; further ones may follow as words",
      multiple: true,
    },
    misbehave: {
      value: 'HOLDER:KIND',
      help: `let a holder cheat in the refresh: ${MISBEHAVIOURS.join(', ')}`,
    },
    exception: {
      value: 'HOLDER:TEXT',
      help: 'let a holder put an exception on record in the last ceremony',
    },
    lose: {
      value: 'HOLDER',
      help: 'take the laptop of this holder away before the refresh; another one gets the share from its file backup',
    },
    backup: {
      value: 'KIND',
      help: `a backup of this kind for every holder: ${BACKUP_KINDS.join(', ')} (default: file)`,
      multiple: true,
    },
    audit: { help: 'also make the folder for the auditor: record, documents, verifiers' },
    channel: {
      value: 'CHANNEL',
      help: 'folder (default): one that all laptops have; optical: screens and (simulated) cameras',
    },
    camera: { value: 'NAME', help: `what the cameras are like, for optical: ${CAMERA_NAMES.join(', ')}` },
    loss: {
      value: 'PERCENT',
      help: 'pictures of the cameras that are lost, for optical: 0 to 90 (default 10)',
    },
    seed: { value: 'TEXT', help: 'what chance follows from, for optical: poses, noise, losses (default: 1)' },
  },
  examples: [
    'reseal rehearse',
    'reseal rehearse --suite ed25519 --holders 3 --threshold 2 --misbehave 2:wrong-sub-share',
    'reseal rehearse --holders 3 --threshold 2 --channel optical --camera blurry-webcam --loss 30',
  ],
  async run(given, output) {
    const request = requestOf(given, output);
    output.line('REHEARSAL: throw-away keys.');
    const report = await runRehearsal(request);
    print(report, request, output);
    output.result(report);
    return expected(report, request) ? 0 : 1;
  },
};

/** True when the ceremony ended as it should: completed, or aborted with the culprit named where one was planted. */
function expected(report: RehearsalReport, request: RehearsalRequest): boolean {
  if (report.verdict !== 'VALID' || report.trialSignature?.valid !== true) return false;
  if (request.exception !== undefined && report.exceptions.length === 0) return false;
  if (request.misbehave === undefined) return report.outcome === 'closed';
  return report.outcome === 'aborted' && report.abort?.culprit === `holder-${request.misbehave.holder}`;
}

function requestOf(given: Given, output: Output): RehearsalRequest {
  const ceremony = given.text('ceremony') ?? 'refresh';
  if (ceremony !== 'refresh' && ceremony !== 'generate')
    throw new UsageError(`--ceremony: expected refresh or generate, found "${ceremony}".`);
  const administrator = given.text('administrator') ?? 'own';
  if (administrator !== 'own' && administrator !== 'holder')
    throw new UsageError(`--administrator: expected own or holder, found "${administrator}".`);
  const key = keySource(given);
  if (ceremony === 'generate' && key.packages !== undefined)
    throw new UsageError('--ceremony generate makes a new key: leave the packages out.');
  const misbehave = given.text('misbehave');
  if (misbehave !== undefined && ceremony !== 'refresh')
    throw new UsageError('--misbehave: a holder can be made to cheat in a refresh only.');
  return {
    out: outFolder(given),
    key,
    ceremony,
    identity: identityOf(given),
    administratorHolds: administrator === 'holder',
    backups: backupKinds(given),
    misbehave: misbehave === undefined ? undefined : parseMisbehaviour(misbehave, key.indices),
    exception: exceptionOf(given.text('exception'), key.indices),
    optical: opticalOf(given),
    audit: given.flag('audit'),
    lose: loserOf(given, key.indices, ceremony, key.packages !== undefined),
    onEvent: (event) => {
      if (event.event === 'plan')
        output.line(`${event.kind}: plan "${event.code}", ceremony ${event.ceremony}`);
      if (event.event === 'bundle')
        output.line(`${event.kind}: round ${event.round} (${ROUND_NAMES[event.round] ?? ''}) is complete`);
      if (event.event === 'seen') output.line(seenLine(event));
      if (event.event === 'lost')
        output.line(`${event.seat}: its laptop was lost; another one has the share, from the file backup`);
      if (event.event === 'problem') output.note(`${event.seat}: ${event.sentence}`);
    },
  };
}

/** Reads the holder whose laptop is to be lost, and refuses where nothing could be restored. */
function loserOf(
  given: Given,
  indices: readonly number[],
  ceremony: 'generate' | 'refresh',
  imported: boolean,
): number | undefined {
  const holder = given.number('lose', 1, 65535);
  if (holder === undefined) return undefined;
  if (!indices.includes(holder))
    throw new UsageError(
      `--lose: there is no holder ${holder} in this rehearsal: expected one of ${indices.join(', ')}.`,
    );
  if (ceremony !== 'refresh' || imported)
    throw new UsageError(
      '--lose: the share comes back from the backup of a first ceremony: leave --ceremony and packages out.',
    );
  if (!backupKinds(given).includes('file'))
    throw new UsageError('--lose: the share comes back from a file backup: add --backup file.');
  if (opticalOf(given) !== undefined)
    throw new UsageError(
      '--lose: a laptop is lost in rehearsals through a folder only: leave --channel out.',
    );
  return holder;
}

/** Reads `HOLDER:TEXT`. */
function exceptionOf(value: string | undefined, indices: readonly number[]): RehearsalRequest['exception'] {
  if (value === undefined) return undefined;
  const [, index, text] = /^(\d{1,5}):(.+)$/su.exec(value) ?? [];
  if (index === undefined || text === undefined)
    throw new UsageError(
      `--exception: expected a holder and a text such as "1:We began late", found "${value}".`,
    );
  if (!indices.includes(Number(index)))
    throw new UsageError(
      `--exception: there is no holder ${index} in this rehearsal: expected one of ${indices.join(', ')}.`,
    );
  contributeException('other', 'join', text);
  return { holder: Number(index), text };
}

/** How messages travel. Throws UsageError for what belongs to cameras where there are none. */
function opticalOf(given: Given): RehearsalRequest['optical'] {
  const channel = given.text('channel') ?? 'folder';
  if (!CHANNELS.some((known) => known === channel))
    throw new UsageError(`--channel: expected ${CHANNELS.join(' or ')}, found "${channel}".`);
  if (channel === 'folder') {
    for (const name of ['camera', 'loss', 'seed'])
      if (given.text(name) !== undefined)
        throw new UsageError(`--${name}: there are cameras with --channel optical only.`);
    return undefined;
  }
  const name = given.text('camera') ?? 'good-webcam';
  const camera = CAMERA_NAMES.find((known) => known === name);
  if (camera === undefined)
    throw new UsageError(`--camera: expected one of ${CAMERA_NAMES.join(', ')}, found "${name}".`);
  return { camera, loss: given.number('loss', 0, 90) ?? 10, seed: given.text('seed') ?? '1' };
}

/** What was on a screen until everybody had seen it, in a line. */
function seenLine({ from, types, receptions }: Seen): string {
  const [first] = receptions;
  const shown = receptions.map((reception) => reception.shown);
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  return (
    `${from} showed ${types.join(', ')} (${first?.bytes ?? 0} bytes) to ${receptions.map(({ to }) => to).join(', ')}: ` +
    `${first?.needed ?? 0} ${first?.needed === 1 ? 'code' : 'codes'} needed, ${least === most ? least : `${least} to ${most}`} shown`
  );
}

function identityOf(given: Given): IdentityAlgorithm {
  const alg = given.text('identity') ?? 'ES256';
  const known = IDENTITY_ALGORITHMS.find((candidate) => candidate === alg);
  if (known === undefined)
    throw new UsageError(`--identity: expected ${IDENTITY_ALGORITHMS.join(' or ')}, found "${alg}".`);
  return known;
}

function outFolder(given: Given): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const out = resolve(given.text('out') ?? `rehearsal-${stamp}`);
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UsageError(`${out} is not empty: name a folder that does not exist yet.`, 1);
  return out;
}

function print(report: RehearsalReport, request: RehearsalRequest, output: Output): void {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  output.line();
  output.table([
    ['STEP', 'LAPTOPS', 'FIRST', 'LAST', ''],
    ...report.steps.map((step) => [
      step.step,
      String(step.laptops),
      seconds(step.firstMs),
      seconds(step.lastMs),
      step.title,
    ]),
  ]);
  output.line();
  if (report.abort !== null) {
    output.line(`Aborted     ${report.abort.reason}`);
    output.line(`Culprit     ${report.abort.culprit ?? 'nobody'} (${report.abort.rule})`);
  }
  if (report.optical !== null) printOptical(report.optical, output);
  for (const one of report.exceptions) output.line(`Exception   ${one}`);
  if (report.groupKeyBefore !== null)
    output.line(`Before      epoch ${report.epochBefore ?? '?'}, group key ${report.groupKeyBefore}`);
  if (report.groupKeyAfter !== null)
    output.line(`After       epoch ${report.epochAfter ?? '?'}, group key ${report.groupKeyAfter}`);
  const trial = report.trialSignature;
  if (trial !== null)
    output.line(
      `Signature   by holders ${trial.signers.join(', ')} with epoch ${trial.epoch}: ${trial.valid ? 'valid' : 'NOT VALID'} under the group key (${trial.scheme}, plain verification)`,
    );
  const total = report.phases['total'];
  const place = (path: string): string => {
    const near = relative(process.cwd(), path);
    return near === '' || near.startsWith('..') ? path : near;
  };
  output.line(
    `Time        ${typeof total === 'number' ? seconds(total) : '?'} for ${report.laptops.length} laptops`,
  );
  output.line(`Record      ${place(report.record)}`);
  output.line(`Laptops     ${place(request.out)}/laptops (passphrase of every vault: "rehearsal")`);
  if (report.recovered !== null)
    output.line(
      `Recovery    ${place(request.out)}/recovery-key.txt opened ${report.recovered} backups; each share belongs to its public share`,
    );
  if (report.exported.length > 0) output.line(`Exported    ${place(request.out)}/export`);
  output.line(`Report      ${place(request.out)}/report.json`);
  const documents = report.phases['documents'];
  output.line(
    `Documents   ${place(request.out)}/documents: ${report.documents.length} PDFs, ${typeof documents === 'number' ? seconds(documents) : '?'} after the last message`,
  );
  if (report.audit !== null)
    output.line(`Auditor     ${place(report.audit)}: everything, and verifiers that need nothing of Reseal`);
  output.line();
  output.line(`Verdict of "reseal verify ${place(report.record)}": ${report.verdict}`);
}

function printOptical(optical: OpticalReport, output: Output): void {
  const percent = (part: number): string => `${Math.round(100 * part)} %`;
  output.line(
    `Optical     ${optical.messages} messages in ${optical.receptions} receptions, ${optical.bytes} bytes; camera "${optical.camera}", ` +
      `${optical.loss} % loss, seed "${optical.seed}"`,
  );
  output.line(
    `Codes       ${optical.needed} needed, ${optical.shown} shown (${percent(optical.overhead)} more than needed), up to version ${optical.version}`,
  );
  output.line(
    `Pictures    ${optical.photographed} taken, ${optical.lost} lost; ${optical.read} codes read, ${optical.strays} of them of something else`,
  );
  output.line(
    `On screens  ${optical.seconds.toFixed(1)} s at ${optical.rate} codes a second, all together; the longest ${optical.longest.toFixed(1)} s`,
  );
}

/** One laptop of a rehearsal; started by `rehearse`, not by people. */
export const rehearsalLaptop: Command = {
  name: 'rehearsal-laptop',
  summary: 'One laptop of a rehearsal',
  hidden: true,
  options: {
    home: { value: 'DIR', help: 'folder of the laptop', required: true },
    courier: { value: 'DIR', help: 'folder of the courier', required: true },
    seat: { value: 'NAME', help: 'name of the seat', required: true },
    person: { value: 'NAME', help: 'name on the card', required: true },
    identity: { value: 'ALG', help: 'algorithm of the identity key' },
    ceremonies: { value: 'N', help: 'ceremonies to wait for', required: true },
    'public-key-package': { value: 'FILE', help: 'import' },
    'key-package': { value: 'FILE', help: 'import' },
    misbehave: { value: 'KIND', help: 'cheat' },
    exception: { value: 'TEXT', help: 'put on record in the last ceremony' },
  },
  async run(given) {
    endWithParent();
    const publicKeyPackage = given.text('public-key-package');
    const keyPackage = given.text('key-package');
    const kind = given.text('misbehave');
    await runLaptop({
      home: resolve(given.required('home')),
      courier: resolve(given.required('courier')),
      seat: given.required('seat'),
      person: given.required('person'),
      identity: identityOf(given),
      ceremonies: given.number('ceremonies', 1, 100) ?? 1,
      import:
        publicKeyPackage === undefined || keyPackage === undefined
          ? undefined
          : { publicKeyPackage, keyPackage, name: IMPORTED_NAME },
      misbehave: MISBEHAVIOURS.find((candidate) => candidate === kind),
      exception: given.text('exception'),
      emit: (event) => {
        process.stdout.write(`${JSON.stringify(event)}\n`);
      },
    });
    return 0;
  },
};

/** The desk holds the other end of standard input. When it is gone, so is the rehearsal. */
function endWithParent(): void {
  process.stdin.on('end', () => process.exit(1)).resume();
  if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
}

/** Kinds of backups, each once. Throws UsageError for one that is none. */
function backupKinds(given: Given): readonly BackupKind[] {
  const wanted = given.all('backup');
  const kinds = wanted.map((value) => {
    const kind = BACKUP_KINDS.find((known) => known === value);
    if (kind === undefined)
      throw new UsageError(`--backup: expected ${BACKUP_KINDS.join(', ')}, found "${value}".`);
    return kind;
  });
  return kinds.length === 0 ? ['file'] : [...new Set(kinds)];
}
