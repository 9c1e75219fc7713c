/** The envelopes of a record, read back into bundles by their file names; every file must be used exactly once. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { contributors, EXCEPTION, openEnvelope, type Bundle } from '../bundle.ts';
import { ceremonyHex, decodeEnvelope, envelopeHash, slotName, type Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import { inOrder } from '../exceptions.ts';
import type { PlanContext } from '../plan.ts';
import { exceptionName, type RecordFiles } from '../record.ts';
import type { Audit } from '../rules.ts';
import { envelopeKey } from '../view.ts';
import { blame, RecordProblem } from './problem.ts';

const SLOT = String.raw`r\d-a\d{1,5}-[a-z]{1,16}(?:-\d{1,5})?`;
const MAIN = new RegExp(
  String.raw`^envelopes/(?<slot>r(?<round>\d)-a(?<attempt>\d{1,5})-[a-z]{1,16}-\d{1,5})\.cose$`,
);
const EXCEPTIONS = new RegExp(
  String.raw`^envelopes/r(?<round>\d)-a(?<attempt>\d{1,5})-exception-\d{1,2}-[a-z]{1,16}(?:-\d{1,5})?\.cose$`,
);
const EVIDENCE = new RegExp(
  String.raw`^envelopes/evidence-r(?<round>\d)-a(?<attempt>\d{1,5})-(?<place>\d{1,5})-(?<slot>${SLOT})\.cose$`,
);
const MAX_ATTEMPT = 65535;

interface Filed {
  readonly path: string;
  readonly round: number;
  readonly attempt: number;
  readonly envelope: Envelope;
  /** Place among the evidence of the round; undefined for everything else. */
  readonly evidence: number | undefined;
  /** True for an exception that the bundle of the round carries. */
  readonly exception: boolean;
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
      const filed = this.#read(path, bytes, files);
      this.#filed.push(filed);
      audit.pass(
        'check_signatures',
        `${path}: ${filed.envelope.alg} by ${filed.envelope.payload.sender}, SHA-256 ${bytesToHex(envelopeHash(filed.envelope)).slice(0, 16)}…`,
      );
    }
  }

  #read(path: string, bytes: Uint8Array, files: RecordFiles): Filed {
    const exception = EXCEPTIONS.exec(path)?.groups;
    const name = exception ?? (MAIN.exec(path) ?? EVIDENCE.exec(path))?.groups;
    const attempt = Number(name?.['attempt']);
    if (name === undefined || attempt > MAX_ATTEMPT)
      throw new RecordProblem('check_files', path, 'an envelope of a record does not have such a name.');
    const envelope = blame('check_signatures', path, () => {
      try {
        return openEnvelope(this.#context, envelopeKey(this.#context), bytes, path);
      } catch (error) {
        if (error instanceof CeremonyError && error.code === 'wrong-ceremony')
          requireThisPlan(this.#context, files);
        if (error instanceof CeremonyError && error.code === 'bad-exception')
          throw new RecordProblem('check_exceptions', path, error.message);
        throw error;
      }
    });
    const { payload } = envelope;
    const slot = slotName(payload);
    const fits =
      exception === undefined
        ? slot === name['slot']
        : payload.round === EXCEPTION &&
          path === `envelopes/${exceptionName({ round: Number(name['round']), attempt }, payload)}.cose`;
    if (!fits) throw new RecordProblem('check_files', path, `the envelope in it is that of ${slot}.`);
    const place = name['place'];
    return {
      path,
      round: Number(name['round']),
      attempt,
      envelope,
      evidence: place === undefined ? undefined : Number(place),
      exception: exception !== undefined,
    };
  }

  /** The bundle of a round as filed. Rounds 2 and 3 are filed with the one attempt that counted. */
  bundle(round: number): Bundle {
    const filed = this.#filed.filter((one) => one.round === round);
    const order = contributors(this.#context, round);
    const [first] = filed;
    const other = filed.find((one) => one.attempt !== first?.attempt);
    if (other !== undefined)
      throw new RecordProblem(
        'check_complete',
        other.path,
        `it is of another attempt than ${first?.path ?? ''}; a round is filed with the one attempt that counted.`,
      );
    for (const one of filed) this.#used.add(one.path);
    const place = (one: Filed): number => order.indexOf(one.envelope.payload.sender);
    return {
      round,
      attempt: first?.attempt ?? 1,
      envelopes: filed
        .filter((one) => one.evidence === undefined && !one.exception)
        .sort((a, b) => place(a) - place(b))
        .map((one) => one.envelope),
      exceptions: filed
        .filter((one) => one.exception)
        .map((one) => one.envelope)
        .sort(inOrder(this.#context)),
      evidence: filed
        .filter((one) => one.evidence !== undefined)
        .sort((a, b) => (a.evidence ?? 0) - (b.evidence ?? 0))
        .map((one) => one.envelope),
      sealed: new Map(),
    };
  }

  /** Throws for an envelope that no round of the ceremony has asked for. */
  requireAllUsed(): void {
    const left = this.#filed.find((one) => !this.#used.has(one.path));
    if (left !== undefined)
      throw new RecordProblem('check_complete', left.path, 'the ceremony had no such round.');
  }

  /** The file of an envelope of this record. */
  fileOf(envelope: Envelope): string {
    return this.#filed.find((one) => one.envelope === envelope)?.path ?? 'envelopes';
  }

  /** The first file of a round after `round` and before `end`, if there is one. */
  firstBetween(round: number, end: number): string | undefined {
    return this.#filed.find((one) => one.round > round && one.round < end)?.path;
  }
}

/** Throws when every envelope is of another ceremony: then it is the plan that does not belong to the others. */
function requireThisPlan(context: PlanContext, files: RecordFiles): void {
  const ceremonies = new Set<string>();
  for (const [path, bytes] of files) {
    if (!path.startsWith('envelopes/')) continue;
    try {
      ceremonies.add(ceremonyHex(decodeEnvelope(bytes, path).payload));
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
    }
  }
  const [other] = ceremonies;
  if (other !== undefined && ceremonies.size === 1 && other !== bytesToHex(context.id))
    throw new RecordProblem(
      'check_plan',
      'plan.json',
      `its hash makes it the plan of ceremony ${bytesToHex(context.id)}, but all envelopes are of ceremony ${other}.`,
    );
}

/** How a problem names all files of a round. */
export function filesOfRound(round: number): string {
  return `envelopes/r${round}-*`;
}

/** The file that `sender` should have in a round. */
export function fileOfSlot(round: number, attempt: number, sender: string): string {
  return `envelopes/${slotName({ round, attempt, sender })}.cose`;
}
