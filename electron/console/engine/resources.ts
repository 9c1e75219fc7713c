/** What others may have of a key, in the types that their wallets read: of one in the vault, or of one in a record. */
import { CeremonyError } from '../../../ceremony/errors.ts';
import { keyResources, proofResources, type Resource } from '../../../ceremony/formats/key-resources.ts';
import { decodeProof } from '../../../ceremony/formats/proof-file.ts';
import { decodeKeyRecord, type KeyRecord } from '../../../ceremony/key-record.ts';
import { verifyRecord } from '../../../ceremony/verify/verify.ts';
import type { Vault } from '../../../devices/vault/vault.ts';
import { readRecord } from '../../../laptop/files.ts';
import { findKey } from '../../../laptop/keys.ts';
import type { ExportState, ResourceState } from '../../ipc/resources.ts';

/** As many as a screen can list. */
const MAX_RESOURCES = 1000;
const PROOF = /^proofs\/([0-9]+)\.json$/;

/** Of a key that this laptop holds. Throws UsageError where it does not. */
export async function exportOfKey(vault: Vault, fingerprint: string): Promise<ExportState> {
  const { record } = await findKey(vault, fingerprint);
  return exportOf(record, []);
}

/**
 * The key after a ceremony, and the files of its record. The record is verified first: nobody should go by something that is
 * not so. Throws CeremonyError for a record that is not valid, or has no key after it; UsageError where there is no record.
 */
export function keyAfter(path: string): { files: ReadonlyMap<string, Uint8Array>; record: KeyRecord } {
  const files = readRecord(path);
  if (verifyRecord(files).verdict !== 'VALID')
    throw new CeremonyError(
      'bad-record',
      'This record is not valid: nothing of it is used.',
      'Open the record. It says which rule is not kept.',
    );
  const after = files.get('keys/after.json');
  if (after === undefined)
    throw new CeremonyError(
      'bad-record',
      'This ceremony ended without a new epoch, so that there is no key in its record.',
      'Take the record of the ceremony before.',
    );
  return { files, record: decodeKeyRecord(after, 'keys/after.json') };
}

/** Of the key after a ceremony, with the proofs in its record. Throws as `keyAfter` does. */
export function exportOfRecord(path: string): ExportState {
  const { files, record } = keyAfter(path);
  const proofs = [...files]
    .filter(([name]) => PROOF.test(name))
    .sort(([a], [b]) => numberOf(a) - numberOf(b))
    .flatMap(([name, bytes]) => proofResources(decodeProof(bytes, name)));
  return exportOf(record, proofs);
}

function exportOf(record: KeyRecord, proofs: readonly Resource[]): ExportState {
  const older = keyResources(record, 'deprecated');
  const own = keyResources(record).map((resource, at) => stateOf(resource, older[at]));
  const { name, suite, epoch, fingerprint, rehearsal } = record;
  const grouped = fingerprint.match(/.{4}/g)?.join('·') ?? fingerprint;
  return {
    keyName: name,
    about: `${suite} · epoch ${epoch} · ${grouped}`,
    rehearsal,
    resources: [...own, ...proofs.map((proof) => stateOf(proof))].slice(0, MAX_RESOURCES),
  };
}

/** `older`: the same in a type of before, which is no other one where the registry has not changed it. */
function stateOf(resource: Resource, older?: Resource): ResourceState {
  return {
    ...resource,
    older:
      older === undefined || older.type === resource.type ? null : { type: older.type, cbor: older.cbor },
  };
}

const numberOf = (name: string): number => Number(PROOF.exec(name)?.[1]);
