/** What a rehearsal looks at once all laptops have closed: whose records agree, which epochs are where, who can sign. */
import { join } from 'node:path';
import { bytesToHex, equalBytes } from '../../crypto/bytes.ts';
import {
  aggregate,
  commitNonces,
  signShare,
  verifyPlain,
  type NonceCommitment,
  type ProofScheme,
} from '../../crypto/frost.ts';
import { keyPoints } from '../../ceremony/key-record.ts';
import type { RecordFiles } from '../../ceremony/record.ts';
import { systemRandom } from '../../devices/random.ts';
import { openVault, type Vault } from '../../devices/vault/vault.ts';
import { findKey, heldKeys, ownShare, zcashFiles } from '../../laptop/keys.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readRecord, writeOutput } from '../../laptop/files.ts';
import { REHEARSAL_PASSPHRASE, type Layout, type Seat } from './layout.ts';

/** State of one laptop's vault after the rehearsal. */
export interface VaultState {
  readonly seat: string;
  readonly epochs: readonly {
    fingerprint: string;
    epoch: number;
    groupKey: string;
    current: string;
    others: readonly string[];
  }[];
}

async function withVault<T>(layout: Layout, seat: Seat, action: (vault: Vault) => Promise<T>): Promise<T> {
  const vault = await openVault(join(layout.home(seat.name), 'vault'), REHEARSAL_PASSPHRASE);
  try {
    return await action(vault);
  } finally {
    vault.close();
  }
}

export function vaultState(layout: Layout, seat: Seat): Promise<VaultState> {
  return withVault(layout, seat, async (vault) => ({
    seat: seat.name,
    epochs: (await heldKeys(vault)).map(({ record, epochId, others }) => ({
      fingerprint: record.fingerprint,
      epoch: record.epoch,
      groupKey: record.groupKey,
      current: epochId,
      others,
    })),
  }));
}

/** The record of a ceremony as a laptop filed it. */
export function filedRecord(layout: Layout, seat: Seat, name: string): RecordFiles {
  return readRecord(join(layout.home(seat.name), 'records', name));
}

/** Throws unless every laptop filed the same record, byte for byte. */
export function requireSameRecords(layout: Layout, seats: readonly Seat[], name: string): void {
  const [first, ...others] = seats.map((seat) => ({ seat, files: filedRecord(layout, seat, name) }));
  for (const other of others)
    for (const [path, bytes] of first?.files ?? [])
      if (
        other.files.size !== first?.files.size ||
        !equalBytes(other.files.get(path) ?? new Uint8Array(0), bytes)
      )
        throw new UsageError(
          `The records of ${first?.seat.name ?? ''} and ${other.seat.name} differ in ${path}.`,
          1,
        );
}

/**
 * Signs a message with the first t holders' current shares and verifies it under the group key without any FROST code.
 * This brings shares together on one machine: fit for rehearsals, never for a real key.
 */
export async function trialSignature(
  layout: Layout,
  seats: readonly Seat[],
  fingerprint: string,
): Promise<{
  epoch: number;
  signers: number[];
  scheme: ProofScheme;
  message: string;
  signature: string;
  valid: boolean;
}> {
  const holders = seats.filter((seat) => seat.holder !== undefined);
  const held = [];
  for (const seat of holders)
    held.push(
      await withVault(layout, seat, async (vault) => {
        const key = await findKey(vault, fingerprint);
        return { record: key.record, ...(await ownShare(vault, key)) };
      }),
    );
  const [first] = held;
  if (first === undefined) throw new UsageError('There are no holders.', 1);
  const { record, suite } = first;
  const signers = held.slice(0, record.threshold);
  const scheme = record.suite === 'secp256k1' ? 'bip340' : 'rfc9591';
  const text = `Reseal rehearsal: the shares of epoch ${record.epoch} sign.`;
  const message = new TextEncoder().encode(text);
  const points = keyPoints(record);
  const key = { groupKey: points.groupKey, publicShares: points.publicShares, threshold: record.threshold };
  const commitments = new Map<number, NonceCommitment>();
  const nonces = signers.map(({ index, share }) => {
    const made = commitNonces(suite, scheme, share, index, systemRandom);
    commitments.set(index, made.commitment);
    return made.nonces;
  });
  const shares = new Map(
    signers.map(({ index, share }, at) => {
      const own = nonces[at];
      if (own === undefined) throw new UsageError('The nonces are missing.', 1);
      return [index, signShare(suite, scheme, key, index, share, own, commitments, message)];
    }),
  );
  const signature = aggregate(suite, scheme, key, commitments, message, shares);
  return {
    epoch: record.epoch,
    signers: signers.map(({ index }) => index),
    scheme,
    message: text,
    signature: bytesToHex(signature),
    valid: verifyPlain(suite, scheme, signature, message, points.groupKey.toBytes()),
  };
}

/** Exports every holder's packages for another implementation. Returns the paths. */
export async function exportZcash(
  layout: Layout,
  seats: readonly Seat[],
  fingerprint: string,
): Promise<string[]> {
  const paths = new Set<string>();
  for (const seat of seats) {
    if (seat.holder === undefined) continue;
    await withVault(layout, seat, async (vault) => {
      for (const [name, bytes] of await zcashFiles(vault, await findKey(vault, fingerprint), true)) {
        const path = join(layout.out, 'export', name);
        if (!paths.has(path)) writeOutput(path, bytes);
        paths.add(path);
      }
    });
  }
  return [...paths];
}
