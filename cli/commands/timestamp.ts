/** `reseal timestamp request`, `attach` and `verify`: stamps of a record by an authority outside (RFC 3161). */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { sha256 } from '../../ceremony/hash.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { systemRandom } from '../../devices/random.ts';
import { readInput, writeOutput } from '../../laptop/files.ts';
import { readRecordAt } from '../../laptop/record-archive.ts';
import {
  attachStamp,
  readStampFile,
  readStamps,
  requestStamp,
  type StampReport,
} from '../../laptop/timestamps.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';

/** A file of certificates of a whole system is a few hundred thousand bytes. */
const MAX_TRUSTED = 4 * 1024 * 1024;

export const timestampRequest: Command = {
  name: 'timestamp request',
  summary: 'Make a request for a timestamp of a record, to be carried to a connected machine',
  arguments: ['RECORD'],
  options: { out: { value: 'FILE', help: 'the file to write (default: RECORD.tsq)' } },
  examples: ['reseal timestamp request records/refresh-1a2b3c4d --out /media/usb/refresh.tsq'],
  run(given, output) {
    const record = resolve(given.positionals[0] ?? '');
    const files = readRecordAt(record);
    const request = requestStamp(files, systemRandom);
    const out = resolve(given.text('out') ?? `${record}.tsq`);
    writeOutput(out, request);
    const hash = bytesToHex(sha256(files.get('checkpoint') ?? new Uint8Array(0)));
    output.line(`Wrote ${out}: it asks for a timestamp of the checkpoint, SHA-256 ${hash}.`);
    output.line(
      'Nothing but this hash and a random number is in it. Carry it to a connected machine, send it to an',
    );
    output.line('authority there, and bring the answer back: reseal timestamp attach RECORD ANSWER.tsr');
    output.result({ file: out, sha256: hash });
    return Promise.resolve(0);
  },
};

export const timestampAttach: Command = {
  name: 'timestamp attach',
  summary: "Check an authority's answer and keep it in the folder of the record",
  arguments: ['RECORD', 'ANSWER'],
  options: {
    request: {
      value: 'FILE',
      help: 'the request that it answers (default: RECORD.tsq, where that is there)',
    },
  },
  examples: ['reseal timestamp attach records/refresh-1a2b3c4d /media/usb/answer.tsr'],
  run(given, output) {
    const record = resolve(given.positionals[0] ?? '');
    const named = given.text('request');
    const beside = `${record}.tsq`;
    const path = named ?? (existsSync(beside) ? beside : undefined);
    const request = path === undefined ? undefined : readStampFile(path);
    const stamp = attachStamp(record, readStampFile(given.positionals[1] ?? ''), request);
    printStamp(stamp, output);
    output.line(
      path === undefined
        ? `    nonce: not compared, as ${beside} is not there`
        : `    nonce: the one of ${path}`,
    );
    output.line(`Kept as ${stamp.file} in ${record}.`);
    output.result({ record, request: path ?? null, ...stamp });
    return Promise.resolve(0);
  },
};

export const timestampVerify: Command = {
  name: 'timestamp verify',
  summary: 'Check the timestamps of a record: when, by whom, and whether anybody you trust stands behind it',
  arguments: ['RECORD'],
  options: { ca: { value: 'FILE', help: 'certificates that you trust (PEM)' } },
  examples: ['reseal timestamp verify record --ca authority.pem'],
  run(given, output) {
    const record = given.positionals[0] ?? '';
    const files = readRecordAt(record);
    const ca = given.text('ca');
    const stamps = readStamps(
      files,
      ca === undefined
        ? undefined
        : { pem: new TextDecoder().decode(readInput(ca, MAX_TRUSTED)), what: resolve(ca) },
    );
    for (const stamp of stamps) printStamp(stamp, output);
    if (stamps.length === 0) output.line('This record has no timestamp.');
    else if (ca === undefined)
      output.line(
        'Nobody was trusted: without --ca anybody can have made these. The record is checked by "verify".',
      );
    output.result({ record, stamps });
    return Promise.resolve(stamps.length > 0 && stamps.every(({ state }) => state === 'good') ? 0 : 1);
  },
};

/** A stamp that nobody was trusted for gets no tick: anybody can have made it. */
function markOf({ state, trust }: StampReport): string {
  if (state === 'warning') return '!';
  return trust === 'trusted' ? '✓' : '·';
}

function wordOf({ state, trust }: StampReport): string {
  if (state === 'warning') return 'warning';
  return trust === 'trusted' ? 'ok' : 'sound, by nobody you trust yet';
}

/** Prints what is known about one timestamp. */
export function printStamp(stamp: StampReport, output: Output): void {
  const accuracy = stamp.accuracy === null ? 'accuracy not stated' : `± ${stamp.accuracy} s`;
  const time = stamp.time === null ? 'time unknown' : `${stamp.time} (${accuracy})`;
  output.line(`${markOf(stamp)} ${stamp.file}  ${wordOf(stamp)}  ${time}`);
  for (const problem of stamp.problems) output.line(`    ${problem}`);
  if (stamp.time === null) return;
  output.line(`    authority: ${stamp.authority ?? 'unknown'}`);
  output.line(`    serial number ${stamp.serial ?? ''}, policy ${stamp.policy ?? ''}`);
  output.line(
    `    imprint: ${stamp.imprint === true ? "this record's checkpoint" : 'SOMETHING ELSE'}; signature: ${stamp.signature === true ? 'holds' : 'DOES NOT HOLD'}`,
  );
  output.line(`    trust: ${trustOf(stamp)}`);
}

function trustOf({ trust, trustedBy }: StampReport): string {
  switch (trust) {
    case 'not asked':
      return 'nobody was trusted (see "reseal timestamp verify --ca")';
    case 'trusted':
      return `the chain ends at "${trustedBy ?? ''}", which you trust`;
    case 'not trusted':
      return 'NOT by the certificates that you trust';
  }
}
