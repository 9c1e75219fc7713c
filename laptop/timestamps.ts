/**
 * Timestamps of a record (RFC 3161): an authority outside says when the record's signed checkpoint was there already.
 * Asked for with a file that is carried to a connected machine, kept beside what was signed, and never part of it
 * (docs/decisions/0027-timestamps.md).
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import type { Random } from '../crypto/random.ts';
import { CeremonyError } from '../ceremony/errors.ts';
import { sha256 } from '../ceremony/hash.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import { badTimestamp } from '../ceremony/timestamp/der.ts';
import { MAX_STAMP, stampsOf } from '../ceremony/timestamp/files.ts';
import type { StampInfo } from '../ceremony/timestamp/info.ts';
import { SHA256 } from '../ceremony/timestamp/oids.ts';
import { makeRequest, readRequest, type Imprint } from '../ceremony/timestamp/request.ts';
import { readResponse } from '../ceremony/timestamp/response.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import {
  guarded,
  isFolder,
  makeFolder,
  removeFile,
  renameDurably,
  syncFile,
  writeNewFile,
} from '../devices/files.ts';
import { UsageError } from './errors.ts';
import { readInput, readRecord } from './files.ts';
import { readTrusted, trustedEnd } from './timestamp/chain.ts';
import type { Certificate } from './timestamp/certificate.ts';
import { checkSignature, signerOf } from './timestamp/signature.ts';

/** What is known about one timestamp. What could not be read is null; then a problem says why. */
export interface StampReport {
  /** Path in the record. */
  readonly file: string;
  /** `good`: it is about this record's checkpoint, its signature holds and, where that was asked, it is trusted. */
  readonly state: 'good' | 'warning';
  /** Sentences; none for a good one. */
  readonly problems: readonly string[];
  /** RFC 3339 in UTC, as the authority gave it. */
  readonly time: string | null;
  /** To both sides, in seconds; null also where the authority does not say. */
  readonly accuracy: number | null;
  /** Subject of the certificate that it is signed with. */
  readonly authority: string | null;
  /** Of the timestamp, upper-case hex. */
  readonly serial: string | null;
  /** Object identifier. */
  readonly policy: string | null;
  /** It is about the SHA-256 of this record's checkpoint. */
  readonly imprint: boolean | null;
  readonly signature: boolean | null;
  /** `not asked`: no certificate was given to end at, so nobody was trusted. */
  readonly trust: 'not asked' | 'trusted' | 'not trusted';
  /** Subject of the trusted certificate at which the chain ends. */
  readonly trustedBy: string | null;
}

/**
 * A request for a stamp of a record's checkpoint, to be carried to a connected machine. Throws UsageError (exit 1) for
 * a record that is not valid: its stamp would be worth nothing.
 */
export function requestStamp(files: RecordFiles, random: Random): Uint8Array {
  if (verifyRecord(files).verdict !== 'VALID')
    throw new UsageError('The record is not valid, so nothing is stamped. "reseal verify" says why.', 1);
  return makeRequest(checkpointOf(files), random);
}

/**
 * Checks an authority's answer and keeps it in the folder of the record. `request` is the file of the request where it
 * is there: the answer must then carry its nonce. Throws `bad-timestamp`, or UsageError; nothing is written then.
 */
export function attachStamp(
  record: string,
  answer: Uint8Array,
  request: Uint8Array | undefined,
): StampReport & { readonly nonce: 'equal' | 'not compared' } {
  const folder = resolve(record);
  if (!isFolder(folder))
    throw new UsageError(
      `${folder} is not a folder. A packed record is unpacked first: reseal record unpack ${folder} --out DIR`,
    );
  const files = readRecord(folder);
  const checkpoint = checkpointOf(files);
  const stamp = readResponse(answer);
  checkImprint(stamp.info.imprint, checkpoint, 'Answer');
  if (request !== undefined) checkNonce(stamp.info, request, checkpoint);
  checkSignature(stamp, signerOf(stamp, 'Answer'), 'Answer');
  const known = stampsOf(files).find(([, bytes]) => equalBytes(bytes, answer));
  if (known !== undefined) throw new UsageError(`This answer is in the record already: ${known[0]}.`, 1);
  const file = `timestamps/${nameOf(stamp.info, answer)}`;
  keep(folder, file, answer);
  return {
    ...reportOf(file, answer, checkpoint, undefined),
    nonce: request === undefined ? 'not compared' : 'equal',
  };
}

/** `20261123T090000Z-1a2b3c4d.tsr`: when, and the first digits of its hash, so that two have different names. */
function nameOf({ time }: StampInfo, answer: Uint8Array): string {
  const compact = time.replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return `${compact}-${bytesToHex(sha256(answer)).slice(0, 8)}.tsr`;
}

/** Written beside the record first, so that it is in there whole or not at all; a crash leaves no file too many. */
function keep(folder: string, file: string, answer: Uint8Array): void {
  const target = join(folder, file);
  if (existsSync(target)) throw new UsageError(`${target} exists already, with another content.`, 1);
  const part = `${folder}.tsr.part`;
  removeFile(part);
  writeNewFile(part, answer);
  makeFolder(join(folder, 'timestamps'));
  renameDurably(part, target);
  guarded(target, 'flushing', () => {
    syncFile(target);
  });
}

/** Reads every timestamp beside a record. `trusted` is the text of a PEM file; its certificates are the ones trusted. */
export function readStamps(files: RecordFiles, trusted?: { pem: string; what: string }): StampReport[] {
  const ends = trusted === undefined ? undefined : readTrusted(trusted.pem, trusted.what);
  const checkpoint = files.get('checkpoint');
  return stampsOf(files).map(([file, bytes]) => reportOf(file, bytes, checkpoint, ends));
}

/** Reads the file of an answer or of a request, within bounds. Throws UsageError (exit 2). */
export function readStampFile(path: string): Uint8Array {
  return readInput(path, MAX_STAMP);
}

function reportOf(
  file: string,
  bytes: Uint8Array,
  checkpoint: Uint8Array | undefined,
  ends: readonly Certificate[] | undefined,
): StampReport {
  const problems: string[] = [];
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const stamp = attempt(() => readResponse(bytes, file));
  const imprint = attempt(() => {
    if (stamp === undefined) return false;
    checkImprint(stamp.info.imprint, checkpoint, file);
    return true;
  });
  const signer = attempt(() => (stamp === undefined ? undefined : signerOf(stamp, file)));
  const signature = attempt(() => {
    if (stamp === undefined || signer === undefined) return false;
    checkSignature(stamp, signer, file);
    return true;
  });
  const end = attempt(() => {
    if (stamp === undefined || signer === undefined || signature !== true || ends === undefined)
      return undefined;
    return trustedEnd(signer, stamp.certificates, ends, stamp.info.ms, file);
  });
  return {
    file,
    state: problems.length === 0 ? 'good' : 'warning',
    problems,
    time: stamp?.info.time ?? null,
    accuracy: stamp?.info.accuracy === undefined ? null : stamp.info.accuracy / 1_000_000,
    authority: signer?.name ?? null,
    serial: stamp?.info.serial ?? null,
    policy: stamp?.info.policy ?? null,
    imprint: stamp === undefined ? null : imprint === true,
    signature: stamp === undefined ? null : signature === true,
    trust: ends === undefined ? 'not asked' : end === undefined ? 'not trusted' : 'trusted',
    trustedBy: end?.name ?? null,
  };
}

function checkpointOf(files: RecordFiles): Uint8Array {
  const checkpoint = files.get('checkpoint');
  if (checkpoint === undefined)
    throw new UsageError('The record has no checkpoint, so nothing can be stamped.');
  return checkpoint;
}

/** A stamp is about the exact bytes of the checkpoint, by SHA-256. Throws `bad-timestamp`. */
function checkImprint(imprint: Imprint, checkpoint: Uint8Array | undefined, what: string): void {
  if (imprint.algorithm !== SHA256)
    throw badTimestamp(what, `it is about a hash by ${imprint.algorithm}, expected SHA-256 (${SHA256}).`);
  if (checkpoint === undefined || !equalBytes(imprint.hash, sha256(checkpoint)))
    throw badTimestamp(
      what,
      `it is about something else: SHA-256 ${bytesToHex(imprint.hash)}, and not this record's checkpoint.`,
      'Look for the record that it was asked for.',
    );
}

function checkNonce(info: StampInfo, request: Uint8Array, checkpoint: Uint8Array): void {
  const asked = readRequest(request);
  if (asked.imprint.algorithm !== SHA256 || !equalBytes(asked.imprint.hash, sha256(checkpoint)))
    throw badTimestamp('Request', 'it was made for another record.', 'Name the request with --request.');
  if (bytesToHex(asked.nonce ?? new Uint8Array(0)) !== bytesToHex(info.nonce ?? new Uint8Array(0)))
    throw badTimestamp(
      'Answer',
      'its nonce is not the one of the request: it answers another request.',
      'Fetch the answer to this request, or name the request that it answers with --request.',
    );
}
