// Whatever the courier loses, repeats and reorders, and whenever laptops restart: the refresh closes, nothing is lost
// on the way (I1 and I2 of PROTOCOL §7 after every turn), and no slot ever says two different things.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { BARE, of, SlotWatch, startRun, usableEpochs } from '../test-support/engine.ts';
import type { Run } from '../test-support/memory.ts';
import { decodeEnvelope, slotName } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { exceptionsOf } from './exceptions.ts';
import { decodeMessage } from './message.ts';
import { outcome } from './view.ts';

/** Raise it for a longer search: each run is a whole ceremony. */
const RUNS = 2;

const ROLES = ['administrator', 'holder-1', 'holder-2', 'holder-3'] as const;

/** One turn of one laptop: what it gets to see, and what befalls it. */
interface Turn {
  readonly role: (typeof ROLES)[number];
  /** Orders the messages, and decides which are lost on the way, and which come twice. */
  readonly shuffle: number;
  /** The process, or the whole machine, is started again before the turn. */
  readonly restart: 'no' | 'process' | 'machine';
  /** The process is killed at this durable write of the turn, before or after it is done; 0: it is not. */
  readonly killAt: number;
  readonly killAfter: boolean;
  /** Somebody puts an exception on record before the laptop steps. */
  readonly says: boolean;
}

const turnOf = (kills: boolean): fc.Arbitrary<Turn> =>
  fc.record({
    role: fc.constantFrom(...ROLES),
    shuffle: fc.nat(),
    restart: fc.oneof(
      { weight: 20, arbitrary: fc.constant('no' as const) },
      { weight: 1, arbitrary: fc.constant('process' as const) },
      { weight: 1, arbitrary: fc.constant('machine' as const) },
    ),
    killAt: kills
      ? fc.oneof(
          { weight: 3, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) },
        )
      : fc.constant(0),
    killAfter: fc.boolean(),
    says: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  });

class Killed extends Error {}

/** Counts the durable writes of a turn, and ends the process at one of them. */
class Fuse {
  #left = 0;
  #after = false;
  set(turn: Turn): void {
    this.#left = turn.killAt;
    this.#after = turn.killAfter;
  }
  wrap<A extends unknown[]>(write: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
    return async (...args) => {
      const blows = this.#left > 0 && --this.#left === 0;
      if (blows && !this.#after) throw new Killed();
      await write(...args);
      if (blows) throw new Killed();
    };
  }
}

function installFuse(run: Run, fuse: Fuse): void {
  for (const role of ROLES) {
    const laptop = run.laptop(role);
    const journal = laptop.journal(run.context);
    journal.put = fuse.wrap(journal.put.bind(journal));
    for (const folder of laptop.secrets.values()) folder.put = fuse.wrap(folder.put.bind(folder));
    laptop.nonces.keep = fuse.wrap(laptop.nonces.keep.bind(laptop.nonces));
    const { keys } = laptop;
    keys.stage = fuse.wrap(keys.stage.bind(keys));
    keys.activate = fuse.wrap(keys.activate.bind(keys));
    keys.destroy = fuse.wrap(keys.destroy.bind(keys));
  }
}

/** A small generator with a state, for the order of messages. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function arriving(run: Run, seed: number): Uint8Array[] {
  const next = numbers(seed);
  const all = [...run.courier.messages];
  const arrived: Uint8Array[] = [];
  for (const [name, message] of all) {
    const fate = next(40);
    if (fate === 0) run.courier.messages.delete(name);
    if (fate < 6) continue;
    for (let copy = 0; copy < (fate > 35 ? 2 : 1); copy++)
      arrived.splice(next(arrived.length + 1), 0, message);
  }
  return arrived;
}

async function take(run: Run, turn: Turn, fuse: Fuse): Promise<void> {
  if (turn.restart === 'machine') run.laptop(turn.role).nonces.forget();
  if (turn.restart !== 'no') await run.restart(turn.role);
  const target = turn.role === 'administrator' ? run.administrator : of(run, turn.role);
  fuse.set(turn);
  try {
    if (turn.shuffle % 2 === 0) await target.showAll();
    for (const message of arriving(run, turn.shuffle)) {
      try {
        await target.receive(decodeMessage(message));
      } catch (error) {
        // Too early is the one thing that can be wrong with what honest laptops said.
        if (!(error instanceof CeremonyError) || error.code !== 'wrong-round') throw error;
      }
    }
    if (turn.says && target.view.next !== undefined)
      await target.exception('other', `${turn.role} says ${turn.shuffle}`);
    await target.step();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    if (turn.killAfter) run.laptop(turn.role).nonces.forget();
    await run.restart(turn.role);
  } finally {
    fuse.set({ ...turn, killAt: 0 });
  }
}

/** I1 and I2 of PROTOCOL §7. */
async function expectNothingLost(run: Run): Promise<void> {
  const views = [run.administrator.view, ...[...run.participants.values()].map(({ view }) => view)];
  const certified = views.some((view) => view.secure !== undefined);
  const epochs = await Promise.all([1, 2, 3].map((index) => usableEpochs(run, index)));
  if (!certified) for (const usable of epochs) expect(usable.get(0)).toBe(true);
  if (epochs.some((usable) => !usable.has(0))) {
    expect(certified).toBe(true);
    for (const usable of epochs) expect(usable.has(1)).toBe(true);
  }
  // Whoever uses the new share has the certificate.
  for (const [at, usable] of epochs.entries())
    if (usable.get(1) === true) expect(of(run, `holder-${at + 1}`).view.secure).toBeDefined();
}

/**
 * Every exception that anybody has stored is on record once and in the order of its numbers, or came too late: then the
 * administrator had not seen it when the record was closed, or was still without the one before it.
 */
async function expectEveryExceptionOnce(run: Run, inTime: ReadonlySet<string>): Promise<void> {
  const slot = ({ role, number }: { role: string; number: number }): string => `${role}/${number}`;
  const recorded = exceptionsOf(run.administrator.view);
  expect(new Set(recorded.map(slot)).size).toBe(recorded.length);
  for (const role of ROLES) {
    const target = role === 'administrator' ? run.administrator : of(run, role);
    expect(exceptionsOf(target.view)).toEqual(recorded);
    const own = recorded.filter((one) => one.role === role);
    expect(own.map(({ number }) => number)).toEqual(own.map((_, at) => at + 1));
    const stored = [...run.laptop(role).journal(run.context).entries.keys()].filter((name) =>
      name.startsWith(`out-${role}-r8-`),
    );
    const states = (await target.exceptions()).filter((one) => one.role === role);
    expect(states).toHaveLength(stored.length);
    for (const one of states) {
      expect(one.state).toBe(own.some(({ number }) => number === one.number) ? 'recorded' : 'late');
      if (one.number === own.length + 1) expect(inTime.has(slot(one)), slot(one)).toBe(false);
    }
  }
}

/** Everything that was ever shown, by slot. */
function watchCourier(run: Run): Map<string, Set<string>> {
  const slots = new Map<string, Set<string>>();
  const show = run.courier.show.bind(run.courier);
  run.courier.show = (name, bytes) => {
    const message = decodeMessage(bytes);
    if (message.type === 'envelope') {
      const { payload } = decodeEnvelope(message.envelope);
      const slot = slotName(payload);
      slots.set(slot, (slots.get(slot) ?? new Set()).add(bytesToHex(message.envelope)));
    }
    return show(name, bytes);
  };
  return slots;
}

async function play(
  turns: readonly Turn[],
  seed: string,
): Promise<{ run: Run; signed: SlotWatch; exceptions: number }> {
  const signed = new SlotWatch();
  const run = await startRun({
    seed,
    change: { ...BARE, backups: [{ holder: 1, kind: 'file', label: 'Medium A' }] },
    prepare: (laptop) => {
      signed.watch(laptop);
    },
  });
  const slots = watchCourier(run);
  const fuse = new Fuse();
  installFuse(run, fuse);
  // What the administrator had when it closed the record.
  let inTime: ReadonlySet<string> | undefined;
  const noteClosing = async (): Promise<void> => {
    if (run.administrator.view.next !== undefined || inTime !== undefined) return;
    const known = await run.administrator.exceptions();
    inTime = new Set(known.map(({ role, number }) => `${role}/${number}`));
  };
  for (const turn of turns) {
    await take(run, turn, fuse);
    await noteClosing();
    await expectNothingLost(run);
  }
  // The courier gets better, and everybody shows again what they had to say.
  for (let pass = 0; pass < 3; pass++) {
    for (const participant of run.participants.values()) await participant.showAll();
    await run.toEnd();
    await noteClosing();
    await expectNothingLost(run);
  }
  expect(outcome(run.administrator.view)).toBe('closed');
  for (const role of ROLES.slice(1)) {
    expect((await of(run, role).step()).waiting).toBeUndefined();
    expect(outcome(of(run, role).view)).toBe('closed');
  }
  for (const index of [1, 2, 3]) expect([...(await usableEpochs(run, index))]).toEqual([[1, true]]);
  for (const [slot, envelopes] of slots) expect(envelopes.size, slot).toBe(1);
  await expectEveryExceptionOnce(run, inTime ?? new Set());
  return { run, signed, exceptions: exceptionsOf(run.administrator.view).length };
}

describe('a 2-of-3 refresh', () => {
  it('closes whatever is lost, repeated and reordered, and whoever restarts; nothing is signed twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turnOf(false), { minLength: 50, maxLength: 100, size: 'max' }),
        async (turns) => {
          const { signed, exceptions } = await play(turns, 'random-order');
          expect(signed.twice).toEqual([]);
          expect(exceptions).toBeGreaterThan(0);
        },
      ),
      { numRuns: RUNS, seed: 20261123, endOnFailure: true },
    );
  });

  it('closes also when processes are killed at any durable write; nothing is shown twice differently', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turnOf(true), { minLength: 50, maxLength: 100, size: 'max' }),
        async (turns) => {
          await play(turns, 'random-kills');
        },
      ),
      { numRuns: RUNS, seed: 20261124, endOnFailure: true },
    );
  });
});
