// Messages by screen and camera, through the contract: whole ceremonies, and everything that must not be taken.
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../ceremony/message.ts';
import { verifyRecord } from '../../../ceremony/verify/verify.ts';
import { readRecord } from '../../../laptop/files.ts';
import { messageName, topicOf } from '../../../laptop/topics.ts';
import { ConsoleRoom, PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';
import { temporaryFolder } from '../../../test-support/folders.ts';
import { encodeTopic, NO_TOPIC, type Topic } from '../../../optical/wire/topic.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const room = async (): Promise<ConsoleRoom> => {
  const made = new ConsoleRoom(temporaryFolder(), 'camera');
  open.push(made);
  await made.begin();
  return made;
};
const mailbox = (console: TestConsole): string[] => fs.readdirSync(join(console.home, 'mailbox')).sort();
const messagesIn = (console: TestConsole): Uint8Array[] =>
  mailbox(console).map((name) => new Uint8Array(fs.readFileSync(join(console.home, 'mailbox', name))));

/** The administrator's screen before this camera. */
async function showPlan(theRoom: ConsoleRoom, id: string, to: TestConsole): Promise<void> {
  const [due] = (await theRoom.administrator.ceremony(id)).exchange.show;
  const { hearing, messages } = await theRoom.administrator.showTo(to, due!.id, null);
  expect(hearing.verdict).toBe('wanted');
  expect(messages.map(({ verdict }) => verdict)).not.toContain('refused');
}

async function planned(): Promise<{ theRoom: ConsoleRoom; id: string; code: readonly string[] }> {
  const theRoom = await room();
  const { ceremony, code } = await theRoom.administrator.ask('plan:make', theRoom.draft());
  for (const holder of theRoom.holders) await showPlan(theRoom, ceremony, holder);
  return { theRoom, id: ceremony, code };
}

describe('a generate and a refresh by screen and camera', { timeout: 300_000 }, () => {
  it('come to an end with records that verify', async () => {
    const { theRoom, id, code } = await planned();
    const { administrator, holders } = theRoom;
    await theRoom.toEnd(id, code);
    const { records } = await administrator.ask('key:records', {});
    const draft = theRoom.draft({ kind: 'refresh', holders: [], record: records[0]!.id });
    const next = await administrator.ask('plan:make', draft);
    for (const holder of holders) await showPlan(theRoom, next.ceremony, holder);
    await theRoom.toEnd(next.ceremony, next.code);
    for (const holder of holders) {
      const { outcome, record, activeEpoch, exchange } = await holder.ceremony(next.ceremony);
      expect({ outcome, activeEpoch, scan: exchange.scan }).toEqual({
        outcome: 'closed',
        activeEpoch: 1,
        scan: null,
      });
      expect(verifyRecord(readRecord(record!)).verdict).toBe('VALID');
    }
    // Holders saw what the administrator showed, and nothing of one another.
    expect(mailbox(holders[0]!).filter((name) => /holder-[23]/.test(name))).toEqual([]);
  });

  it('go on after a restart with what was shown and seen', async () => {
    const { theRoom, id, code } = await planned();
    await theRoom.toStep(id, code, 'backups');
    const [alma] = theRoom.holders;
    const before = await alma!.ceremony(id);
    await alma!.close();
    const again = new TestConsole(alma!.home);
    open.push(again);
    await again.ask('vault:open', { passphrase: PASSPHRASE });
    const after = await again.ceremony(id);
    expect((await again.now()).courier).toMatchObject({ by: 'camera', state: 'ready' });
    expect(after.exchange).toEqual(before.exchange);
    expect(after.parts[0]?.current?.id).toBe('backups');
  });
});

describe('what a laptop has to show', { timeout: 300_000 }, () => {
  it('is its card, the plan, then what its people said and nobody has heard yet', async () => {
    const theRoom = await room();
    const { administrator, holders } = theRoom;
    const [alma] = holders;
    expect((await alma!.now()).outgoing).toMatchObject([
      { title: 'The enrolment card of Alma (laptop “Laptop of Alma”)', subject: 'card', to: 'administrator' },
    ]);
    const { ceremony, code } = await administrator.ask('plan:make', theRoom.draft());
    expect((await administrator.ceremony(ceremony)).exchange.show).toMatchObject([
      { title: 'The plan', to: 'everybody' },
    ]);
    await showPlan(theRoom, ceremony, alma!);
    const waiting = (await alma!.ceremony(ceremony)).exchange;
    expect(waiting.show).toEqual([]);
    expect(waiting.scan).toEqual({
      title: 'Everybody’s messages: the approval',
      from: [{ role: 'administrator', who: 'administrator (Ada)', here: false, at: null }],
    });
    for (const holder of holders.slice(1)) await showPlan(theRoom, ceremony, holder);
    await theRoom.toStep(ceremony, code, 'confirmed').catch(() => undefined);
    const { exchange } = await alma!.ceremony(ceremony);
    expect(exchange.show.map(({ title, until }) => ({ title, until }))).toEqual([
      {
        title: 'Your message: round 2 of 5, confirm',
        until: 'Keep showing until you see “✓ holder 1 (Alma)” there.',
      },
    ]);
    const collected = (await administrator.ceremony(ceremony)).exchange;
    expect(collected.scan?.title).toBe('Round 2 of 5, confirm');
    expect(collected.scan?.from.map(({ role }) => role)).toEqual(['holder-1', 'holder-2', 'holder-3']);
    // All in one look, then every piece by itself.
    expect(collected.show.map(({ title }) => title)).toEqual([
      'Everybody’s messages: round 1 of 5, deal',
      'Everybody’s messages: round 1 of 5, deal',
      'Everybody’s messages: the approval',
      'The plan',
    ]);
  });

  it('includes an exception that was recorded after the message beside it was taken', async () => {
    const { theRoom, id, code } = await planned();
    const [alma] = theRoom.holders;
    const { administrator } = theRoom;
    await theRoom.toStep(id, code, 'confirmed').catch(() => undefined);
    const [before] = (await alma!.ceremony(id)).exchange.show;
    await alma!.showTo(administrator, before!.id, id);
    const text = 'The lamp went out.';
    await alma!.ask('exception:record', { ceremony: id, role: 'holder-1', category: 'equipment', text });
    const [after] = (await alma!.ceremony(id)).exchange.show;
    expect(after!.id).not.toBe(before!.id);
    const { hearing, messages } = await alma!.showTo(administrator, after!.id, id);
    expect(hearing.verdict).toBe('wanted');
    expect(messages.map(({ verdict }) => verdict).sort()).toEqual(['have', 'taken']);
    expect((await administrator.ceremony(id)).exceptions).toMatchObject([{ role: 'holder-1', text }]);
    await theRoom.toEnd(id, code);
    expect((await alma!.ceremony(id)).exceptions).toMatchObject([{ state: 'recorded' }]);
  });

  it('is a repeated round too: what a restarted laptop has to say again, and the call to all others', async () => {
    const { theRoom, id, code } = await planned();
    await theRoom.toStep(id, code, 'backups');
    const [alma, bruno] = theRoom.holders;
    // Bruno is through with round 3 of the first attempt, and the administrator has it.
    const answers = { 'join.code': code.join(' ') };
    while (await bruno!.goOn(id, answers));
    const [secured] = (await bruno!.ceremony(id)).exchange.show;
    expect(secured!.title).toBe('Your message: round 3 of 5, secure');
    await bruno!.showTo(theRoom.administrator, secured!.id, id);
    // Alma's laptop loses its power, and with it its nonces.
    vi.stubEnv('RESEAL_NONCES', 'process');
    await alma!.close();
    const again = new TestConsole(alma!.home);
    await again.ask('vault:open', { passphrase: PASSPHRASE });
    theRoom.holders[0] = again;
    vi.unstubAllEnvs();
    await theRoom.toEnd(id, code);
    expect(await again.ceremony(id)).toMatchObject({ outcome: 'closed' });
    const names = mailbox(theRoom.administrator);
    expect(names.filter((name) => name.includes('-bundle-r2-a'))).toHaveLength(2);
  });

  it('is refused by a name that is not valid any more', async () => {
    const theRoom = await room();
    const [due] = (await theRoom.administrator.now()).outgoing;
    await theRoom.administrator.ask('card:make', {});
    await expect(theRoom.administrator.ask('optical:content', { id: due!.id })).rejects.toThrow(
      'There is nothing to show under this name any more',
    );
  });
});

describe('what a laptop says of frames before they are a message', { timeout: 300_000 }, () => {
  const hears = async (console: TestConsole, topic: Topic, ceremony: string | null): Promise<string> => {
    const { verdict, sentence } = await console.ask('optical:hear', {
      topic: encodeTopic(topic),
      ceremony,
    });
    return `${verdict}: ${sentence ?? ''}`;
  };

  it('names another ceremony, a round that is over or not open, and whom a message is for', async () => {
    const { theRoom, id, code } = await planned();
    const { administrator, holders } = theRoom;
    const [alma] = holders;
    const { ceremony: second } = await administrator.ask('plan:make', theRoom.draft({ keyName: 'Second' }));
    await theRoom.toStep(id, code, 'confirmed').catch(() => undefined);
    const of = (ceremony: string): Uint8Array => Uint8Array.from(Buffer.from(ceremony.slice(0, 8), 'hex'));
    const here = { ...NO_TOPIC, ceremony: of(id) };
    const envelope = { ...here, kind: 'envelope', sender: 'holder', number: 1 } as const;
    const bundle = { ...here, kind: 'bundle', sender: 'administrator', number: 1 } as const;
    const words = code.join(' ');

    expect(await hears(administrator, { ...envelope, round: 2 }, id)).toBe('wanted: ');
    expect(await hears(administrator, { ...envelope, round: 1 }, id)).toBe(
      'other: This is round 1 of 5, deal, which is complete. This laptop waits for round 2 of 5, confirm.',
    );
    expect(await hears(administrator, { ...envelope, round: 3 }, id)).toContain('which is not open yet');
    expect(await hears(administrator, { ...envelope, ceremony: of(second), round: 0 }, id)).toContain(
      `other: This is of another ceremony: “Second”, epoch 0`,
    );
    expect(await hears(administrator, { ...envelope, ceremony: of('01020304'), round: 0 }, id)).toBe(
      `other: This is of another ceremony, which this laptop does not know. This screen is about “Treasury”, epoch 0 (${words}).`,
    );
    expect(await hears(alma!, { ...envelope, number: 2, round: 2 }, id)).toContain(
      'other: This is for the administrator: holder 2 (Bruno): round 2 of 5, confirm.',
    );
    expect(await hears(alma!, { ...bundle, round: 1 }, id)).toBe(
      'have: Round 1 of 5, deal is here already. This laptop waits for round 2 of 5, confirm.',
    );
    expect(await hears(alma!, { ...bundle, round: 2 }, id)).toBe('wanted: ');
    expect(await hears(alma!, { ...bundle, round: 3 }, id)).toContain(
      'Ask the administrator to show that first',
    );
    expect(await hears(alma!, { ...bundle, kind: 'course', round: 3 }, id)).toBe('wanted: ');
    expect(await hears(alma!, { ...NO_TOPIC, kind: 'card' }, id)).toContain('it belongs to no ceremony');
    expect(await hears(alma!, { ...NO_TOPIC, kind: 'card' }, null)).toBe('wanted: ');
    expect(await hears(alma!, { ...bundle, ceremony: of('01020304'), round: 1 }, null)).toContain(
      'It needs the plan first',
    );
    const unknown = await alma!.ask('optical:hear', { topic: new Uint8Array(8).fill(255), ceremony: id });
    expect(unknown.verdict).toBe('other');
  });
});

describe('what a laptop does not take', { timeout: 300_000 }, () => {
  const takes = async (
    console: TestConsole,
    message: Uint8Array,
    ceremony: string | null,
  ): Promise<{ said: string; wrote: string[] }> => {
    const before = mailbox(console);
    const { messages } = await console.ask('optical:take', { messages: [message], ceremony });
    const wrote = mailbox(console).filter((name) => !before.includes(name));
    const [{ verdict, sentence, next }] = messages as [(typeof messages)[number]];
    return { said: `${verdict}: ${sentence ?? ''} ${next ?? ''}`.trim(), wrote };
  };
  const nothing: string[] = [];

  it('is another ceremony’s, too early, for somebody else, changed on the way, or no message', async () => {
    const { theRoom, id, code } = await planned();
    const { administrator, holders } = theRoom;
    const [alma, bruno] = holders;
    await theRoom.toStep(id, code, 'confirmed').catch(() => undefined);
    const find = (console: TestConsole, pattern: RegExp): Uint8Array => {
      const at = mailbox(console).findIndex((name) => pattern.test(name));
      return messagesIn(console)[at]!;
    };
    const deal = find(administrator, /bundle-r1/);
    const brunos = find(bruno!, /holder-2-r2/);

    expect(await takes(alma!, brunos, id)).toEqual({
      said: 'refused: It is for the administrator. Wait for the administrator to show everybody’s messages.',
      wrote: nothing,
    });
    expect(await takes(alma!, deal, id)).toEqual({ said: 'have:', wrote: nothing });
    expect(await takes(alma!, new Uint8Array(100), id)).toMatchObject({ wrote: nothing });
    const changed = decodeMessage(brunos);
    if (changed.type !== 'envelope') throw new Error('not an envelope');
    const damaged = changed.envelope.slice();
    damaged[damaged.length - 1]! ^= 1;
    const forged = await takes(administrator, encodeMessage({ ...changed, envelope: damaged }), id);
    expect(forged.said).toContain('refused: ');
    expect(forged.said).toContain('signature');
    expect(forged.wrote).toEqual(nothing);

    const { ceremony: second } = await administrator.ask('plan:make', theRoom.draft({ keyName: 'Second' }));
    const plan = find(administrator, new RegExp(`c${second.slice(0, 8)}-plan`));
    const other = await takes(alma!, plan, id);
    expect(other.said).toContain('refused: This is the plan of another ceremony: “Second”, epoch 0');
    expect(other.wrote).toEqual(nothing);
    expect((await takes(administrator, brunos, second)).said).toContain(
      'It belongs to another ceremony: “Treasury”',
    );

    expect((await takes(administrator, brunos, id)).said).toBe('taken:');
    expect(await takes(administrator, brunos, id)).toEqual({ said: 'have:', wrote: nothing });
  });

  it('is a plan without a part for it, a card of the other kind of vault, or a message of an unknown ceremony', async () => {
    const { theRoom, id, code } = await planned();
    const { administrator } = theRoom;
    const stranger = new TestConsole(join(temporaryFolder(), 'stranger'));
    open.push(stranger);
    await stranger.begin('Sten', null);
    const [due] = (await administrator.ceremony(id)).exchange.show;
    const { messages } = await administrator.showTo(stranger, due!.id, null);
    expect(messages.map(({ verdict, sentence }) => `${verdict}: ${sentence ?? ''}`)).toEqual([
      `refused: The plan for “Treasury”, epoch 0 (${code.join(' ')}) gives this laptop no part.`,
      ...messages.slice(1).map(() => 'refused: It belongs to a ceremony that this laptop does not know.'),
    ]);
    expect((await stranger.now()).ceremonies).toEqual([]);

    const real = new TestConsole(join(temporaryFolder(), 'real'));
    open.push(real);
    await real.ask('vault:create', {
      laptop: 'Laptop of Rea',
      custodian: 'Rea',
      passphrase: PASSPHRASE,
      alg: 'ES256',
      rehearsal: false,
    });
    await real.ask('courier:camera', {});
    await real.ask('card:make', {});
    const card = messagesIn(real)[0]!;
    const refused = await takes(administrator, card, null);
    expect(refused.said).toContain('refused: The card of Rea is for real keys, and this vault is not.');
    expect(refused.wrote).toEqual(nothing);
    expect((await takes(administrator, card, id)).said).toContain('it belongs to no ceremony');
  });

  it('needs a place to keep it', async () => {
    const console = new TestConsole(join(temporaryFolder(), 'nowhere'));
    open.push(console);
    await console.ask('vault:create', {
      laptop: 'L',
      custodian: 'Nora',
      passphrase: PASSPHRASE,
      alg: 'ES256',
      rehearsal: true,
    });
    await expect(
      console.ask('optical:take', { messages: [new Uint8Array(10)], ceremony: null }),
    ).rejects.toThrow('No folder for messages is chosen');
  });
});

describe('the topic of every message of a ceremony', { timeout: 300_000 }, () => {
  it('names its kind, its round and its sender, and a file for it', async () => {
    const { theRoom, id, code } = await planned();
    await theRoom.toEnd(id, code);
    const found = new Set<string>();
    for (const console of theRoom.all)
      for (const bytes of messagesIn(console)) {
        const message = decodeMessage(bytes);
        const topic = topicOf(message);
        expect(topic.kind).toBe(message.type);
        expect(messageName(message)).toMatch(/^[a-z0-9-]{1,150}$/);
        found.add(messageName(message).replace(/^c[0-9a-f]{8}-/, ''));
      }
    expect([...found].sort()).toEqual(
      [
        'card',
        'plan',
        'checkpoint',
        ...[0, 1, 2, 3, 4, 5].map((round) => `bundle-r${round}`),
        ...[1, 2, 3].flatMap((holder) => [
          ...[1, 2, 3, 4].map((round) => `envelope-r${round}-holder-${holder}`),
          `cosignature-holder-${holder}`,
        ]),
        'envelope-r0-approver-1',
        'envelope-r5-witness-1',
      ].sort(),
    );
  });
});
