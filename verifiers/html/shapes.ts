/** What may stand in plans, key records, envelopes and their bodies. A new field is one line here. */
import {
  bool,
  bytes,
  hexOf,
  int,
  like,
  line,
  list,
  object,
  one,
  optional,
  text,
  time,
  tuple,
  upTo,
  type Shape,
} from './fields.ts';

const BACKUP_KINDS = ['file', 'recipients-file', 'sealed-sheet', 'plain-sheet'] as const;
const suite = one('secp256k1', 'ed25519', 'p256');
const index = int(1, 65535);
const planned = (kind: string, more: Readonly<Record<string, Shape>> = {}): Record<string, Shape> => ({
  holder: index,
  kind: one(kind),
  label: line,
  ...more,
});
export const IDENTITY = object({ alg: one('ES256', 'EdDSA'), key: like(/^(?:[0-9a-f]{2}){32,33}$/) });
const person = object({ name: line, identity: IDENTITY });

export const RECORD: Shape = object({
  format: one('reseal-key-record-1'),
  rehearsal: bool,
  name: line,
  suite,
  threshold: int(2),
  epoch: int(0, 65535),
  groupKey: text,
  fingerprint: hexOf(8),
  origin: like(/^(?:ceremony [0-9a-f]{32}|import [a-z0-9-]+)$/),
  holders: list(
    object({
      index,
      publicShare: text,
      name: optional(line),
      identity: optional(IDENTITY),
      sealingKey: optional(hexOf(33)),
    }),
    256,
    2,
  ),
});

export const PLAN: Shape = object({
  format: one('reseal-plan-1'),
  rehearsal: bool,
  kind: one('generate', 'refresh'),
  suite,
  keyName: line,
  threshold: int(2),
  epoch: int(0, 65535),
  before: optional(RECORD),
  sealing: one('DHKEM-P256-HKDF-SHA256-AES256GCM'),
  holders: list(object({ index, name: line, identity: IDENTITY, sealingKey: hexOf(33) }), 256, 2),
  replacedCards: list(index, 256),
  administrator: person,
  approvers: list(person, 32),
  approvalsNeeded: int(0, 32),
  witnesses: list(person, 32),
  backups: list(
    {
      is: 'either',
      kinds: Object.fromEntries(
        BACKUP_KINDS.map((kind) => [
          kind,
          planned(kind, kind === 'recipients-file' ? { recipients: list(text, 8, 1) } : {}),
        ]),
      ),
    },
    1024,
  ),
  proofs: list(
    object({ scheme: one('rfc9591', 'bip340'), signers: list(index, Number.MAX_SAFE_INTEGER, 2) }),
    512,
    1,
  ),
  created: time,
  cryptoperiodDays: one(90, 180, 365, null),
  destroyBackupsWithinDays: int(1, 365),
  retentionYears: int(1, 100),
  legalHold: optional(line),
  nonce: hexOf(16),
});

export const PAYLOAD: Shape = object({
  ceremony: bytes(16),
  key: bytes(8),
  epoch: int(0, 65535),
  round: int(0, 9),
  attempt: int(1, 65535),
  sender: like(/^(?:administrator|(?:holder|approver|witness)-[1-9][0-9]{0,4})$/),
  prev: bytes(32),
  at: time,
  body: { is: 'map' },
});

export const [APPROVE, DEAL, CONFIRM, SECURE, RETIRE, ATTEST, EXCEPTION, STOP] = [
  0, 1, 2, 3, 4, 5, 8, 9,
] as const;
export const NAMES: Readonly<Record<number, string>> = {
  0: 'approve',
  1: 'deal',
  2: 'confirm',
  3: 'secure',
  4: 'retire',
  5: 'attest',
  8: 'exception',
  9: 'stop',
};

export const BODIES: Readonly<Record<number, Shape>> = {
  [APPROVE]: {
    is: 'either',
    kinds: {
      approve: { kind: one('approve'), plan: bytes(32) },
      decline: { kind: one('decline'), plan: bytes(32), reason: line },
    },
  },
  [DEAL]: object({
    kind: one('deal'),
    possession: upTo(96),
    readiness: object({ vault: line, checkedBackups: list(line, 64) }),
    commitments: list(upTo(33), 256),
    sealed: list(tuple(index, bytes(32)), 256),
    ephemeral: bytes(33),
    ephemeralProof: upTo(96),
    sealingKey: bytes(33),
    sealingProof: upTo(96),
  }),
  [CONFIRM]: {
    is: 'either',
    kinds: {
      accept: {
        kind: one('accept'),
        publicShares: bytes(32),
        nonces: list(tuple(int(0), upTo(33), upTo(33)), 512),
      },
      complaint: {
        kind: one('complaint'),
        against: index,
        sealed: upTo(4096),
        sharedPoint: bytes(33),
        proof: upTo(160),
      },
    },
  },
  [SECURE]: object({
    kind: one('secure'),
    possession: upTo(96),
    signatureShares: list(tuple(int(0), bytes(32)), 512),
    backups: list(
      object({
        kind: one(...BACKUP_KINDS),
        label: line,
        serial: line,
        readBack: line,
        witness: line,
        at: time,
      }),
      1024,
    ),
  }),
  [RETIRE]: object({
    kind: one('retire'),
    head: bytes(32),
    destroyed: list(
      object({
        epoch: { is: 'index-or-zero' },
        what: line,
        method: line,
        tool: line,
        who: line,
        witness: line,
        at: time,
      }),
      256,
    ),
  }),
  [ATTEST]: object({
    kind: one('attest'),
    statement: one('agree', 'do-not-agree'),
    remarks: { is: 'remarks' },
  }),
  [EXCEPTION]: object({
    kind: one('exception'),
    category: one('delay', 'equipment', 'medium', 'person', 'procedure', 'security', 'other'),
    step: line,
    text: { is: 'exception' },
  }),
  [STOP]: object({ kind: one('stop'), reason: line }),
};
