/** `reseal show FILE`: says what a file is. Prints nothing secret, whatever the file holds. */
import { bytesToHex, utf8ToBytes } from '../../crypto/bytes.ts';
import { parseNote } from '../../crypto/note.ts';
import { decodeCard } from '../../ceremony/card.ts';
import { decodeDestructionStatement } from '../../ceremony/destruction-statement.ts';
import { decodeEnvelope } from '../../ceremony/envelope.ts';
import { decodeKeyRecord } from '../../ceremony/key-record.ts';
import { decodeMessage } from '../../ceremony/message.ts';
import { plainLine } from '../../ceremony/plain.ts';
import { decodePlan, planCode, type Plan } from '../../ceremony/plan.ts';
import { recipientLines, WHO_OPENS } from '../../ceremony/planned-backup.ts';
import { EXCEPTION, ROUND_NAMES } from '../../ceremony/bundle.ts';
import { parsePublicKeyPackage } from '../../ceremony/formats/zcash-frost.ts';
import { keysOfAgeFile } from '../../devices/backup/age.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput } from '../../laptop/files.ts';

/** What a file is: a sentence, and its public facts. */
interface Shown {
  readonly type: string;
  readonly sentence: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export const show: Command = {
  name: 'show',
  summary: 'Say what a file is; prints nothing secret',
  arguments: ['FILE'],
  options: {},
  examples: ['reseal show /media/usb/c12ab34cd-bundle-r1-a1-0123456789ab.reseal'],
  run(given, output) {
    const path = given.positionals[0] ?? '';
    const shown = identify(readInput(path), path);
    output.line(shown.sentence);
    for (const [name, value] of Object.entries(shown.facts)) output.line(`  ${name}: ${String(value)}`);
    output.result({ file: path, type: shown.type, sentence: shown.sentence, ...shown.facts });
    return Promise.resolve(0);
  },
};

/** Tries the formats in turn, told apart by their first bytes. Throws UsageError for a file that is none of them. */
export function identify(bytes: Uint8Array, path: string): Shown {
  const text = asText(bytes);
  if (text?.startsWith('{"') === true && text.includes('\n{"')) return identifyTranscript(text, path);
  if (text?.startsWith('{') === true) return identifyJson(bytes, text, path);
  if (
    text?.startsWith('age-encryption.org/') === true ||
    text?.startsWith('-----BEGIN AGE ENCRYPTED FILE-----') === true
  )
    return ageFacts(bytes);
  if (text?.startsWith('reseal/') === true) return identifyCheckpoint(text);
  const plain = text === undefined ? undefined : identifyText(text);
  if (plain !== undefined) return plain;
  if (bytes[0] === 0xd2) return identifyEnvelope(bytes, path);
  return identifyMessage(bytes, path);
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function identifyJson(bytes: Uint8Array, text: string, path: string): Shown {
  let format: unknown;
  let header: unknown;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
    format = value['format'];
    header = value['header'];
    if ('signing_share' in value)
      return {
        type: 'key-package',
        sentence: 'A FROST KeyPackage. It contains a secret share; nothing of it is shown.',
        facts: {},
      };
  } catch {
    throw new UsageError(`${path} looks like JSON but is not.`);
  }
  if (format === 'reseal-plan-1') return planFacts(decodePlan(bytes, path));
  if (format === 'reseal-card-1') {
    const card = decodeCard(bytes, path);
    return {
      type: 'card',
      sentence: `Enrolment card of "${card.name}" (${card.laptop}).`,
      facts: {
        rehearsal: card.rehearsal,
        created: card.created,
        identity: `${card.identity.alg} ${card.identity.key}`,
      },
    };
  }
  if (format === 'reseal-key-record-1') {
    const record = decodeKeyRecord(bytes, path);
    return {
      type: 'key-record',
      sentence: `Public record of key "${record.name}", epoch ${record.epoch}.`,
      facts: {
        rehearsal: record.rehearsal,
        suite: record.suite,
        threshold: `${record.threshold} of ${record.holders.length}`,
        fingerprint: record.fingerprint,
        groupKey: record.groupKey,
        origin: record.origin,
      },
    };
  }
  if (format === 'reseal-share-1')
    return {
      type: 'share',
      sentence: 'A secret share in the clear. Nothing of it is shown: seal or destroy this file.',
      facts: {},
    };
  if (format === 'reseal-destruction-1') {
    const said = decodeDestructionStatement(utf8ToBytes(text), path);
    return {
      type: 'destruction',
      sentence: `Statement that the ${said.kind} "${said.label}" (${said.serial}) of epoch ${said.epoch} of key "${said.keyName}" was destroyed. Its signature is valid.`,
      facts: {
        rehearsal: said.rehearsal,
        fingerprint: said.fingerprint,
        holder: said.holder,
        method: said.method,
        tool: said.tool,
        who: said.who,
        witness: said.witness,
        at: said.at,
        identity: said.identity.key,
      },
    };
  }
  if (format === 'reseal-vault-1')
    return {
      type: 'vault',
      sentence: 'The header of a vault; its secrets are in the folders beside it.',
      facts: {},
    };
  if (isProof(value)) {
    const { suite, scheme, signers, message, signature } = value;
    return {
      type: 'proof',
      sentence: `A signature by the shares of holders ${signers.join(', ')}. It was not checked.`,
      facts: { suite, scheme, groupKey: value.groupKey, message: JSON.stringify(message), signature },
    };
  }
  if (header !== undefined) {
    const joint = parsePublicKeyPackage(text, path);
    return {
      type: 'public-key-package',
      sentence: `A FROST PublicKeyPackage on ${joint.suite} with ${joint.publicShares.size} holders.`,
      facts: { groupKey: bytesToHex(joint.groupKey.toBytes()), threshold: joint.threshold ?? 'not stated' },
    };
  }
  throw new UsageError(`${path} is JSON, but none that Reseal knows.`);
}

interface Proof {
  readonly groupKey: string;
  readonly message: string;
  readonly scheme: string;
  readonly signature: string;
  readonly signers: readonly number[];
  readonly suite: string;
}

function isProof(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & Proof {
  return (
    ['groupKey', 'message', 'scheme', 'signature', 'suite'].every(
      (name) => typeof value[name] === 'string',
    ) &&
    Array.isArray(value['signers']) &&
    value['signers'].every(Number.isInteger)
  );
}

/** The transcript of a record: a JSON object a line. */
function identifyTranscript(text: string, path: string): Shown {
  const lines = text.split('\n').filter((line) => line !== '');
  for (const [at, line] of lines.entries())
    try {
      JSON.parse(line);
    } catch {
      throw new UsageError(`${path} looks like a transcript, but line ${at + 1} is not JSON.`);
    }
  return {
    type: 'transcript',
    sentence: `Transcript of a ceremony: ${lines.length} lines. "reseal verify" checks the record that it belongs to.`,
    facts: {},
  };
}

/** The texts of a record. */
function identifyText(text: string): Shown | undefined {
  if (/^(?:[0-9a-f]{64} {2}\S+\n)+$/.test(text))
    return {
      type: 'checksums',
      sentence: `SHA-256 of ${text.split('\n').length - 1} files: "sha256sum -c SHA256SUMS" checks them.`,
      facts: {},
    };
  if (/^(?:REHEARSAL: .*\n\n)?Record of a ceremony of Reseal: /.test(text))
    return { type: 'readme', sentence: 'README of a record, for people.', facts: {} };
  return undefined;
}

function planFacts(context: ReturnType<typeof decodePlan>): Shown {
  const { plan } = context;
  return {
    type: 'plan',
    sentence: `Plan "${planCode(context)}": ${plan.kind} of key "${plan.keyName}".`,
    facts: {
      ceremony: bytesToHex(context.id),
      rehearsal: plan.rehearsal,
      suite: plan.suite,
      threshold: `${plan.threshold} of ${plan.holders.length}`,
      epoch: plan.epoch,
      holders: plan.holders.map((holder) => `${holder.index} ${holder.name}`).join(', '),
      otherLaptopsThanRecorded: plan.replacedCards.map((index) => `holder ${index}`).join(', ') || 'none',
      administrator: plan.administrator.name,
      created: plan.created,
      backups: plan.backups.map(({ holder, kind, label }) => `${holder} ${kind} ${label}`).join(', '),
      ...recipientFacts(plan),
      cryptoperiod: plan.cryptoperiodDays === null ? 'on demand' : `${plan.cryptoperiodDays} days`,
      destroyOldBackupsWithin: `${plan.destroyBackupsWithinDays} days`,
      keepRecord: `${plan.retentionYears} years`,
      legalHold: plan.legalHold ?? 'none',
    },
  };
}

/** What opens an age file: its header says how many keys, and not whose. */
function ageFacts(bytes: Uint8Array): Shown {
  const types = keysOfAgeFile(bytes);
  const sentence = types.includes('X25519')
    ? `A backup encrypted to ${types.length} keys with age: whoever has one of them can open it. One may be that of the check after writing, which nobody has.`
    : 'A backup sealed with age: it opens with its passphrase only.';
  return { type: 'backup', sentence, facts: { bytes: bytes.length } };
}

/** Who can open which backup, in full. */
function recipientFacts(plan: Plan): Record<string, string> {
  const lines = recipientLines(plan.backups);
  return lines.length === 0 ? {} : { recipients: `${WHO_OPENS}: ${lines.join('; ')}` };
}

function identifyCheckpoint(text: string): Shown {
  const note = parseNote(text);
  const [origin, size, root] = note.text.split('\n');
  return {
    type: 'checkpoint',
    sentence: `Checkpoint over a transcript of ${size ?? '?'} lines.`,
    facts: { origin, root, signatures: note.signatures.map((signature) => signature.name).join(', ') },
  };
}

function identifyEnvelope(bytes: Uint8Array, path: string): Shown {
  const { payload, alg } = decodeEnvelope(bytes, path);
  const { body } = payload;
  const exception = payload.round === EXCEPTION;
  const what = exception
    ? `Exception ${payload.attempt} of ${payload.sender}`
    : `Envelope of ${payload.sender}, round ${payload.round} (${ROUND_NAMES[payload.round] ?? '?'}), attempt ${payload.attempt}`;
  const plain = (value: unknown): string => (typeof value === 'string' ? plainLine(value) : '?');
  return {
    type: exception ? 'exception' : 'envelope',
    sentence: `${what}. The signature was not checked.`,
    facts: {
      ...(exception
        ? { category: plain(body['category']), step: plain(body['step']), text: plain(body['text']) }
        : {}),
      ceremony: bytesToHex(payload.ceremony),
      key: bytesToHex(payload.key),
      epoch: payload.epoch,
      at: payload.at,
      kind: payload.body['kind'] ?? '?',
      signature: alg,
    },
  };
}

function identifyMessage(bytes: Uint8Array, path: string): Shown {
  let message: ReturnType<typeof decodeMessage>;
  try {
    message = decodeMessage(bytes, path);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${path} is no file of Reseal.`);
  }
  switch (message.type) {
    case 'plan':
      return planFacts(decodePlan(message.plan, path));
    case 'card':
      return identifyJson(message.card, asText(message.card) ?? '', path);
    case 'key':
      return identifyJson(message.record, asText(message.record) ?? '', path);
    case 'envelope': {
      const shown = identifyEnvelope(message.envelope, path);
      const sealed = message.sealed.length;
      return shown.type === 'exception'
        ? shown
        : { ...shown, facts: { ...shown.facts, sealedSubShares: sealed } };
    }
    case 'attempt': {
      const shown = identifyEnvelope(message.envelope, path);
      return { ...shown, type: 'attempt', sentence: `Call to repeat rounds 2 and 3. ${shown.sentence}` };
    }
    case 'bundle':
      return {
        type: 'bundle',
        sentence: `Bundle of round ${message.round} (${ROUND_NAMES[message.round] ?? '?'}), attempt ${message.attempt}.`,
        facts: {
          ceremony: bytesToHex(message.ceremony),
          envelopes: message.envelopes
            .map((envelope) => decodeEnvelope(envelope, path).payload.sender)
            .join(', '),
          exceptions: message.exceptions.length,
          evidence: message.evidence.length,
        },
      };
    case 'checkpoint':
    case 'cosignature': {
      const shown = identifyCheckpoint(asText(message.note) ?? '');
      return { ...shown, type: message.type };
    }
  }
}
