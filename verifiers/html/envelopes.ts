/** The envelope files of a record: decoded strictly, checked one by one, and put into bundles by their names. */
import {
  Bad,
  digest,
  frame,
  hex,
  Problem,
  remember,
  same,
  sha256,
  u,
  unhex,
  utf8,
  type Fields,
} from './basics.ts';
import { decodeCbor, decodeHeader, decodeSign1, encodeCbor } from './cbor.ts';
import { requireShape } from './fields.ts';
import type { Found } from './found.ts';
import { verifySignature } from './groups.ts';
import type { Plan } from './plan.ts';
import { BODIES, CONFIRM, EXCEPTION, PAYLOAD, SECURE } from './shapes.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

export interface Envelope {
  readonly bytes: Uint8Array;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly alg: string;
  readonly kid: Uint8Array;
  readonly ceremony: Uint8Array;
  readonly key: Uint8Array;
  readonly epoch: number;
  readonly round: number;
  readonly attempt: number;
  readonly sender: string;
  readonly prev: Uint8Array;
  readonly at: string;
  readonly body: Fields;
}

const decodeEnvelope = remember((bytes: Uint8Array, what: string): Envelope => {
  const [header, content, signature] = decodeSign1(bytes, what);
  const fields = decodeHeader(header, `${what}, protected header`);
  if (fields?.size !== 4) throw new Bad(`${what}: expected exactly four protected header fields.`);
  const alg = fields.get(1) === -7 ? 'ES256' : fields.get(1) === -8 ? 'EdDSA' : undefined;
  const kid = fields.get(4);
  if (alg === undefined || !(kid instanceof Uint8Array))
    throw new Bad(`${what}: expected ES256 or EdDSA, and a key id.`);
  if (fields.get(3) !== 'application/vnd.reseal.envelope+cbor' || fields.get(-65537) !== 1)
    throw new Bad(`${what}: another content type or protocol version.`);
  const payload = decodeCbor(content, what);
  requireShape(PAYLOAD, payload, what);
  const signed = encodeCbor(['Signature1', header, new Uint8Array(0), content]);
  return { ...(payload as unknown as Envelope), bytes, signed, signature, alg, kid };
});

export const slotOf = ({ round, attempt, sender }: Envelope): string => `r${round}-a${attempt}-${sender}`;

export const contradicts = (a: Envelope, b: Envelope): boolean =>
  same(a.ceremony, b.ceremony) && slotOf(a) === slotOf(b) && !same(a.signed, b.signed);

function openEnvelope(plan: Plan, bytes: Uint8Array, path: string): Envelope {
  const envelope = decodeEnvelope(bytes, path);
  const { round, sender, attempt } = envelope;
  const named = `${path} from ${sender}`;
  if (!same(envelope.ceremony, plan.id))
    throw new Bad(`${named}: it belongs to another ceremony.`, 'wrong-ceremony');
  if (!same(envelope.key, plan.keyId) || envelope.epoch !== plan.data.epoch)
    throw new Bad(`${named}: it is about another key or epoch.`);
  const identity = plan.people.get(sender)?.identity;
  if (round === 6 || round === 7 || identity === undefined || !plan.contributors(round).includes(sender))
    throw new Bad(`${named}: the plan has no such sender in this round.`);
  if (attempt !== 1 && ![CONFIRM, SECURE, EXCEPTION].some((one) => one === round))
    throw new Bad(`${named}: only rounds 2 and 3 can have further attempts.`);
  const key = unhex(identity.key);
  const fits =
    envelope.alg === identity.alg && same(envelope.kid, sha256(frame(utf8(identity.alg), key)).slice(0, 8));
  if (!fits || !verifySignature(identity.alg, key, envelope.signed, envelope.signature))
    throw new Bad(`${named}: the signature is not that of ${sender} in the plan.`);
  if (round !== EXCEPTION) return envelope;
  if (attempt > 99 || !same(envelope.prev, plan.hash))
    throw new Bad(
      `${named}: an exception follows the plan, and nobody records more than 99.`,
      'bad-exception',
    );
  try {
    requireShape(BODIES[EXCEPTION] ?? { is: 'map' }, envelope.body, named);
  } catch (error) {
    throw new Bad(error instanceof Bad ? error.message : named, 'bad-exception');
  }
  return envelope;
}

export interface Bundle {
  readonly round: number;
  readonly attempt: number;
  readonly envelopes: readonly Envelope[];
  readonly exceptions: readonly Envelope[];
  readonly evidence: readonly Envelope[];
}

export const allOf = (bundle: Bundle): Envelope[] => [
  ...bundle.envelopes,
  ...bundle.exceptions,
  ...bundle.evidence,
];

export function bundleHash(plan: Plan, bundle: Bundle): Uint8Array {
  const { round, attempt, envelopes, exceptions } = bundle;
  const numbers = [u(round, 1), u(attempt, 2), u(envelopes.length, 2), u(exceptions.length, 2)];
  return digest('bundle', plan.id, ...numbers, ...allOf(bundle).map((one) => one.bytes));
}

const SLOT = String.raw`r\d-a\d{1,5}-[a-z]{1,16}`;
const MAIN = new RegExp(
  String.raw`^envelopes/(?<slot>r(?<round>\d)-a(?<attempt>\d{1,5})-[a-z]{1,16}-\d{1,5})\.cose$`,
);
const EXCEPTIONS =
  /^envelopes\/r(?<round>\d)-a(?<attempt>\d{1,5})-exception-\d{1,2}-[a-z]{1,16}(?:-\d{1,5})?\.cose$/;
const EVIDENCE = new RegExp(
  String.raw`^envelopes/evidence-r(?<round>\d)-a(?<attempt>\d{1,5})-(?<place>\d{1,5})-(?<slot>${SLOT}(?:-\d{1,5})?)\.cose$`,
);

interface Filed {
  readonly path: string;
  readonly round: number;
  readonly attempt: number;
  readonly place: number | undefined;
  readonly exception: boolean;
  readonly envelope: Envelope;
}

export class Envelopes {
  readonly #plan: Plan;
  readonly #used = new Set<string>();
  readonly filed: Filed[] = [];

  constructor(plan: Plan, files: Files, found: Found) {
    this.#plan = plan;
    for (const [path, bytes] of files) {
      if (!path.startsWith('envelopes/')) continue;
      const one = this.#read(path, bytes, files);
      this.filed.push(one);
      const { alg, sender } = one.envelope;
      found.see(
        'check_signatures',
        `${path}: ${alg} by ${sender}, SHA-256 ${hex(sha256(bytes)).slice(0, 16)}…`,
      );
    }
  }

  #read(path: string, bytes: Uint8Array, files: Files): Filed {
    const exception = EXCEPTIONS.exec(path)?.groups;
    const name = exception ?? (MAIN.exec(path) ?? EVIDENCE.exec(path))?.groups;
    const [round, attempt] = [Number(name?.['round']), Number(name?.['attempt'])];
    if (name === undefined || attempt > 65535)
      throw new Problem('check_files', path, 'an envelope of a record does not have such a name.');
    let envelope: Envelope;
    try {
      envelope = openEnvelope(this.#plan, bytes, path);
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      if (error.code === 'wrong-ceremony') this.#requireThisPlan(files);
      const rule = error.code === 'bad-exception' ? 'check_exceptions' : 'check_signatures';
      throw new Problem(rule, path, error.message);
    }
    const expected = `envelopes/r${round}-a${attempt}-exception-${envelope.attempt}-${envelope.sender}.cose`;
    const fits =
      exception === undefined
        ? slotOf(envelope) === name['slot']
        : envelope.round === EXCEPTION && path === expected;
    if (!fits) throw new Problem('check_files', path, `the envelope in it is that of ${slotOf(envelope)}.`);
    const place = name['place'] === undefined ? undefined : Number(name['place']);
    return { path, round, attempt, place, exception: exception !== undefined, envelope };
  }

  /** Where all envelopes are of one other ceremony, it is the plan that does not belong to them. */
  #requireThisPlan(files: Files): void {
    const others = new Set<string>();
    for (const [path, bytes] of files) {
      if (!path.startsWith('envelopes/')) continue;
      try {
        others.add(hex(decodeEnvelope(bytes, path).ceremony));
      } catch (error) {
        if (!(error instanceof Bad)) throw error;
      }
    }
    if (others.size === 1 && !others.has(hex(this.#plan.id)))
      throw new Problem('check_plan', 'plan.json', 'all envelopes are of one other ceremony than this plan.');
  }

  bundle(round: number): Bundle {
    const filed = this.filed.filter((one) => one.round === round);
    for (const { path, attempt } of filed) {
      if (attempt !== filed[0]?.attempt)
        throw new Problem('check_complete', path, 'it is of another attempt than the others of its round.');
      this.#used.add(path);
    }
    const [order, roles] = [this.#plan.contributors(round), [...this.#plan.people.keys()]];
    const pick = (which: (one: Filed) => boolean): Filed[] => filed.filter(which);
    return {
      round,
      attempt: filed[0]?.attempt ?? 1,
      envelopes: pick((one) => one.place === undefined && !one.exception)
        .map((one) => one.envelope)
        .sort((a, b) => order.indexOf(a.sender) - order.indexOf(b.sender)),
      exceptions: pick((one) => one.exception)
        .map((one) => one.envelope)
        .sort((a, b) => a.attempt - b.attempt || roles.indexOf(a.sender) - roles.indexOf(b.sender)),
      evidence: pick((one) => one.place !== undefined)
        .sort((a, b) => (a.place ?? 0) - (b.place ?? 0))
        .map((one) => one.envelope),
    };
  }

  requireAllUsed(): void {
    const left = this.filed.find((one) => !this.#used.has(one.path));
    if (left !== undefined) throw new Problem('check_complete', left.path, 'the ceremony had no such round.');
  }

  pathOf(envelope: Envelope | undefined, otherwise: string): string {
    return this.filed.find((one) => one.envelope === envelope)?.path ?? otherwise;
  }
}
