/** The envelopes of a record, read back into bundles by their file names; every file must be used exactly once. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { contributors, openEnvelope, type Bundle } from '../bundle.ts';
import { envelopeHash, slotName, type Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import type { PlanContext } from '../plan.ts';
import type { RecordFiles } from '../record.ts';
import type { Audit } from '../rules.ts';
import { envelopeKey } from '../view.ts';
import { RecordProblem } from './problem.ts';

const MAIN = /^envelopes\/r(\d+)-a(\d+)-[a-z]+-\d+\.cose$/;
const EVIDENCE = /^envelopes\/evidence-r(\d+)-a(\d+)-(\d+)-(r\d+-a\d+-[a-z]+-\d+)\.cose$/;

interface Filed {
  readonly path: string;
  readonly round: number;
  readonly attempt: number;
  readonly envelope: Envelope;
  readonly evidence: number | undefined;
}

export class Envelopes {
  readonly #context: PlanContext;
  readonly #filed: Filed[] = [];
  readonly #used = new Set<string>();

  /** Decodes all envelope files and checks their signatures. Throws RecordProblem naming the file. */
  constructor(context: PlanContext, files: RecordFiles, audit: Audit) {
    this.#context = context;
    for (const [path, bytes] of files) {
      if (!path.startsWith('envelopes/')) continue;
      const filed = this.#read(path, bytes);
      this.#filed.push(filed);
      audit.pass(
        'check_signatures',
        `${path}: ${filed.envelope.alg} by ${filed.envelope.payload.sender}, SHA-256 ${bytesToHex(envelopeHash(filed.envelope)).slice(0, 16)}…`,
      );
    }
  }

  #read(path: string, bytes: Uint8Array): Filed {
    const main = MAIN.exec(path);
    const evidence = EVIDENCE.exec(path);
    if (main === null && evidence === null)
      throw new RecordProblem('check_files', path, 'an envelope of a record does not have such a name');
    let envelope: Envelope;
    try {
      envelope = openEnvelope(this.#context, envelopeKey(this.#context), bytes, path);
    } catch (error) {
      if (error instanceof CeremonyError || error instanceof CryptoError)
        throw new RecordProblem('check_signatures', path, error.message);
      throw error;
    }
    const slot = slotName(envelope.payload);
    const expected = main === null ? (evidence?.[4] ?? '') : path.slice('envelopes/'.length, -'.cose'.length);
    if (slot !== expected)
      throw new RecordProblem('check_files', path, `the envelope in it is that of ${slot}`);
    return {
      path,
      round: Number((main ?? evidence)?.[1]),
      attempt: Number((main ?? evidence)?.[2]),
      envelope,
      evidence: evidence === null ? undefined : Number(evidence[3]),
    };
  }

  /** The bundle of a round as filed. Rounds 2 and 3 are filed with the one attempt that counted. */
  bundle(round: number): Bundle {
    const filed = this.#filed.filter((one) => one.round === round);
    const order = contributors(this.#context, round);
    const attempts = new Set(filed.map((one) => one.attempt));
    if (attempts.size > 1)
      throw new RecordProblem(
        'check_complete',
        this.describe(round),
        'there are envelopes of more than one attempt',
      );
    for (const one of filed) this.#used.add(one.path);
    const place = (one: Filed): number => order.indexOf(one.envelope.payload.sender);
    return {
      round,
      attempt: filed[0]?.attempt ?? 1,
      envelopes: filed
        .filter((one) => one.evidence === undefined)
        .sort((a, b) => place(a) - place(b))
        .map((one) => one.envelope),
      evidence: filed
        .filter((one) => one.evidence !== undefined)
        .sort((a, b) => (a.evidence ?? 0) - (b.evidence ?? 0))
        .map((one) => one.envelope),
      sealed: new Map(),
    };
  }

  /** Throws for envelopes of rounds that the ceremony did not come to. */
  requireAllUsed(): void {
    const left = this.#filed.find((one) => !this.#used.has(one.path));
    if (left !== undefined)
      throw new RecordProblem('check_complete', left.path, 'the ceremony ended before this round');
  }

  /** How a problem names the files of a round. */
  describe(round: number): string {
    return `envelopes/r${round}-*`;
  }
}
