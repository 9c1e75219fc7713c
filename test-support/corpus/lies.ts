/**
 * Records of committees that collude: one envelope says something else, signed by its own author, and everything after
 * it is made to fit. Told truthfully, most of them are valid records of a ceremony that ended early; told otherwise,
 * only the deep rules notice.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { APPROVE, ATTEST, CONFIRM, DEAL, RETIRE, SECURE } from '../../ceremony/bundle.ts';
import type { Abort } from '../../ceremony/view.ts';
import { forge, roundsAfter, type Body, type Lie } from '../forge.ts';
import { edit, withChecksums } from '../tamper.ts';
import { fromHex, utf8ToBytes } from '../../crypto/bytes.ts';
import type { Point } from '../../crypto/suite.ts';
import type { Finished } from './ceremonies.ts';
import type { Sample } from './sample.ts';

/** Other values for a field: of another type, too long, damaged, and such as only look right. */
function others(value: unknown): [what: string, value: unknown][] {
  const out: [string, unknown][] = [
    ['null', null],
    ['a number', 7],
    ['a fraction', 1.5],
  ];
  if (value instanceof Uint8Array)
    out.push(
      [
        'its last byte changed',
        Uint8Array.from(value, (byte, at) => (at === value.length - 1 ? byte ^ 1 : byte)),
      ],
      ['its first byte changed', Uint8Array.from(value, (byte, at) => (at === 0 ? byte ^ 1 : byte))],
      ['one byte short', value.slice(1)],
      ['zeros', new Uint8Array(value.length)],
    );
  else if (Array.isArray(value)) {
    const list = value as unknown[];
    out.push(
      ['empty', []],
      ['one more', [...list, ...list.slice(0, 1)]],
      ['turned round', list.toReversed()],
    );
  } else if (typeof value === 'string')
    out.push(
      ['empty', ''],
      ['with space before it', ` ${value}`],
      ['too long', 'x'.repeat(5000)],
      ['with a mark that turns the direction', `${value}\u202ex`],
      ['invisible', '\u200b\u3164'],
    );
  else out.push(['a text', 'x'], ['a map', { '1': 2, zzz: null, aaa: [true, 'x'] }]);
  return out;
}

type Change = (body: Body) => Body;

/** Changes of a body, field by field. */
function changes(body: Body): [what: string, change: Change][] {
  const out: [string, Change][] = [
    ['a field too many', (one) => ({ ...one, zzz: 1 })],
    ['two fields too many', (one) => ({ ...one, '10': 1.25, '9': { deep: [1e300, -5e-9, null] } })],
  ];
  for (const [key, value] of Object.entries(body)) {
    out.push([
      `without "${key}"`,
      (one) => Object.fromEntries(Object.entries(one).filter(([name]) => name !== key)),
    ]);
    for (const [what, other] of others(value))
      out.push([`"${key}" ${what}`, (one) => ({ ...one, [key]: other })]);
  }
  return out;
}

/** One field of the first element of a list, or of a map in the body. */
const inside =
  (key: string, change: Body): Change =>
  (body) => {
    const value = body[key];
    return {
      ...body,
      [key]: Array.isArray(value)
        ? (value as Body[]).map((one, at) => (at === 0 ? { ...one, ...change } : one))
        : { ...(value as Body), ...change },
    };
  };
const pair =
  (key: string, first: unknown): Change =>
  (body) => ({
    ...body,
    [key]: (body[key] as unknown[][]).map((one, at) => (at === 0 ? [first, ...one.slice(1)] : one)),
  });

const NESTED: readonly [round: number, what: string, change: Change][] = [
  [DEAL, 'a vault that says nothing', inside('readiness', { vault: '' })],
  [DEAL, 'a readiness with one field more', inside('readiness', { extra: true })],
  [DEAL, 'an index of zero', pair('sealed', 0)],
  [DEAL, 'an index that is too high', pair('sealed', 70000)],
  [DEAL, 'an index that is a text', pair('sealed', '1')],
  [CONFIRM, 'a proof number below zero', pair('nonces', -1)],
  [SECURE, 'a proof that is not planned', pair('signatureShares', 99)],
  [SECURE, 'a backup of another kind', inside('backups', { kind: 'stone' })],
  [SECURE, 'a sheet where a file was planned', inside('backups', { kind: 'plain-sheet' })],
  [SECURE, 'a backup on 30 February', inside('backups', { at: '2026-02-30T09:00:00Z' })],
  [SECURE, 'a backup with a line break', inside('backups', { serial: 'a\nb' })],
  [RETIRE, 'a receipt of an epoch that cannot be', inside('destroyed', { epoch: -1 })],
  [RETIRE, 'a receipt of epoch one half', inside('destroyed', { epoch: 0.5 })],
  [RETIRE, 'a receipt of another epoch', inside('destroyed', { epoch: 7 })],
];

const SENDER: Readonly<Record<number, string>> = {
  [APPROVE]: 'approver-1',
  [DEAL]: 'holder-2',
  [CONFIRM]: 'holder-1',
  [SECURE]: 'holder-2',
  [RETIRE]: 'holder-2',
  [ATTEST]: 'witness-1',
};

const COMPLAINT: Change = () => ({
  kind: 'complaint',
  against: 3,
  sealed: new Uint8Array(48),
  sharedPoint: new Uint8Array(33).fill(2),
  proof: new Uint8Array(64),
});

function only(round: number, change: Change): Lie {
  return {
    body: (...[at, sender, body]) => (at === round && sender === SENDER[round] ? change(body) : undefined),
  };
}

/** Every `step`-th change of every body, told truthfully; and every fourth of these once more as if nothing were wrong. */
export async function lies(base: Finished, step: number): Promise<Sample[]> {
  const out: Sample[] = [];
  const honest = base.ended.run.administrator.view;
  const add = async (name: string, lie: Lie): Promise<void> => {
    out.push({ name: `${base.name}: ${name}`, files: await forge(base.ended, lie) });
  };
  let count = 0;
  for (const [round, sender] of Object.entries(SENDER).map(([key, role]) => [Number(key), role] as const)) {
    const body =
      honest.bundles[round]?.envelopes.find((one) => one.payload.sender === sender)?.payload.body ?? {};
    const all = [
      ...changes(body),
      ...NESTED.flatMap(([at, what, change]) => (at === round ? [[what, change] as const] : [])),
      ...(round === CONFIRM ? [['a complaint without ground', COMPLAINT] as const] : []),
    ];
    for (const [what, change] of all) {
      const nested = NESTED.some(([, name]) => name === what) || what.startsWith('a complaint');
      if (!nested && count++ % step !== 0) continue;
      const early = round < RETIRE ? { without: roundsAfter(round) } : {};
      // Not every other value is a breach: then nothing ends, and the rounds after it are there.
      try {
        await add(`${what} in round ${round}`, { ...only(round, change), ...early, end: 'truth' });
      } catch {
        await add(`${what} in round ${round}, which is none of its business`, only(round, change));
      }
      if (count % 4 === 0) await add(`${what} in round ${round}, hidden`, only(round, change));
    }
  }
  return out;
}

/** Lies about the end, about who saw what, and about who signed. */
export async function otherLies(base: Finished): Promise<Sample[]> {
  const { ended, name } = base;
  const abort: Abort = { rule: 'check_complaints', culprit: 'holder-1', reason: 'Holder 1 cheated.' };
  const second: Lie['second'] = (round, sender, body) =>
    round === DEAL && sender === 'holder-2' ? { ...body, zzz: 1 } : undefined;
  const late: Lie['second'] = (round, sender, body) =>
    round === RETIRE && sender === 'holder-2' ? { ...body, head: new Uint8Array(32) } : undefined;
  const all: [string, Lie][] = [
    ['called aborted', { end: () => ({ abort, secure: undefined }) }],
    [
      'another group key',
      { end: (view) => ({ deal: { ...view.deal!, groupKey: ended.context.suite.base } }) },
    ],
    [
      'other proofs',
      {
        end: (view) => ({
          secure: {
            proofs: view.secure!.proofs.map((proof) => ({ ...proof, signature: new Uint8Array(64) })),
          },
        }),
      },
    ],
    ['proofs swapped', { end: (view) => ({ secure: { proofs: [...view.secure!.proofs].reverse() } }) }],
    [
      'one saw something else',
      {
        prev: (round, sender) =>
          round === CONFIRM && sender === 'holder-3' ? new Uint8Array(32) : undefined,
      },
    ],
    ['all saw something else', { prev: (round) => (round === SECURE ? new Uint8Array(32) : undefined) }],
    ['all saw another plan', { prev: (round) => (round === APPROVE ? new Uint8Array(32) : undefined) }],
    ['two did not sign', { unsigned: ['holder-2', 'witness-1'] }],
    ['nobody but a holder signed', { unsigned: ['administrator', 'witness-1', 'holder-2'] }],
    ['two deals, hidden', { second }],
    ['two deals, told', { second, without: roundsAfter(DEAL), end: 'truth' }],
    ['two receipts, told', { second: late, end: 'truth' }],
    ['without round 4', { without: [RETIRE] }],
    ['without round 5', { without: [ATTEST] }],
    ['without round 0', { without: [APPROVE] }],
  ];
  const out: Sample[] = [];
  for (const [what, lie] of all) out.push({ name: `${name}: ${what}`, files: await forge(ended, lie) });
  return out;
}

/** Commitments that are chosen so that the sum, or a part of it, is not what it must be. */
export async function mathematics({ ended, name }: Finished): Promise<Sample[]> {
  const { suite, plan } = ended.context;
  const honest = ended.run.administrator.view.bundles[DEAL]?.envelopes ?? [];
  const given = honest.map(({ payload }) =>
    (payload.body['commitments'] as Uint8Array[]).map((bytes) => suite.pointFromBytes(bytes, 'commitment')),
  );
  const old = (plan.before?.holders ?? []).map((holder) =>
    suite.pointFromBytes(fromHex(holder.publicShare), 'share'),
  );
  const others = given.slice(1).reduce((sum, points) => sum.add(points[0]!), suite.zero);
  // With a sum of minus the old slope every new share would be the key itself.
  const all: [string, Point][] = [
    ['the sum of degree zero', others.negate()],
    ['every share the key', old[0]!.subtract(old[1]!).subtract(others)],
  ];
  if (suite.name === 'ed25519') {
    const order8 = ed25519.Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa');
    all.push(['a point outside the group', given[0]![0]!.add(order8)]);
  }
  const out: Sample[] = [];
  for (const [what, point] of all) {
    const body: Lie['body'] = (round, sender, old) =>
      round === DEAL && sender === 'holder-1' ? { ...old, commitments: [point.toBytes()] } : undefined;
    out.push(
      {
        name: `${name}: ${what}`,
        files: await forge(ended, { body, without: roundsAfter(DEAL), end: 'truth' }),
      },
      { name: `${name}: ${what}, hidden`, files: await forge(ended, { body }) },
    );
  }
  return out;
}

/** A plan that was changed after everybody had signed, in each of its fields. */
export function plans({ name, files }: Finished): Sample[] {
  const plan = JSON.parse(new TextDecoder().decode(files.get('plan.json'))) as Record<string, unknown>;
  const write = (what: string, value: unknown): Sample => ({
    name: `${name}: plan with ${what}`,
    files: withChecksums(edit(files, { 'plan.json': utf8ToBytes(`${JSON.stringify(value)}\n`) })),
  });
  const out = [write('a new field', { ...plan, zzz: 1 })];
  const before = plan['before'] as { holders: { publicShare: string }[] };
  const shares = before.holders.map((holder) => holder.publicShare).reverse();
  const turned = before.holders.map((holder, at) => ({ ...holder, publicShare: shares[at] }));
  out.push(write('public shares swapped', { ...plan, before: { ...before, holders: turned } }));
  for (const [key, value] of Object.entries(plan)) {
    for (const [what, other] of others(value).slice(0, 5))
      out.push(write(`"${key}" ${what}`, { ...plan, [key]: other }));
    out.push(write(`no "${key}"`, Object.fromEntries(Object.entries(plan).filter(([one]) => one !== key))));
  }
  return out;
}
