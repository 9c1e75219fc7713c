import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { RECIPIENTS } from '../test-support/recipients.ts';
import { MemoryLaptop, willingOperator } from '../test-support/memory.ts';
import {
  BARE,
  dealt,
  except,
  hand,
  handBundle,
  HOLDERS,
  of,
  refusal,
  shown,
  startRun,
  turns,
  withOperator,
} from '../test-support/engine.ts';
import { APPROVE, CONFIRM, DEAL } from './bundle.ts';
import { encodeKeyRecord } from './key-record.ts';
import { channelPrefix, Participant } from './participant.ts';
import type { PlanContext } from './plan.ts';
import type { Operator } from './ports.ts';
import { evidenceOf, script } from './script.ts';

describe('an envelope', () => {
  it('is stored before it is shown, and shown again byte for byte', async () => {
    const run = await startRun({ seed: 'stored' });
    await dealt(run);
    const journal = run.laptop('holder-1').journal(run.context);
    const stored = journal.entries.get('out-holder-1-r1-a1')!;
    const name = `${channelPrefix(run.context)}-holder-1-r1-a1`;
    const copies = (): Uint8Array[] =>
      [...run.courier.messages].flatMap(([at, message]) => (at.startsWith(name) ? [message] : []));
    expect(copies()).toEqual([stored]);
    run.courier.messages.clear();
    await run.restart('holder-1');
    await of(run, 'holder-1').showAll();
    expect(copies()).toEqual([stored]);
  });

  it('that could not be stored is not shown', async () => {
    const run = await startRun({ seed: 'not-stored' });
    const laptop = run.laptop('holder-1');
    const journal = laptop.journal(run.context);
    const put = journal.put.bind(journal);
    journal.put = (name, bytes) =>
      name.startsWith('out-') ? Promise.reject(new Error('disk full')) : put(name, bytes);
    await turns(run, 'administrator');
    const before = run.courier.messages.size;
    await expect(run.turn('holder-1')).rejects.toThrow('disk full');
    expect(run.courier.messages.size).toBe(before);
  });
});

describe('joining', () => {
  it('needs the words of the plan: five wrong answers are enough', async () => {
    const run = await startRun({ seed: 'join' });
    const asked: (string | undefined)[] = [];
    await withOperator(run, 'holder-1', {
      answer: ({ complaint }) => {
        asked.push(complaint);
        return Promise.resolve('wrong words');
      },
    });
    const { code, message, next } = await refusal(() => run.turn('holder-1'));
    expect(code).toBe('evidence-rejected');
    expect(message).toContain('The four words of the plan');
    expect(message).toContain('these are not the words of the plan on this laptop');
    expect(next).toBe('Look again and retry.');
    expect(asked).toHaveLength(5);
    expect(asked.slice(1).every((complaint) => complaint?.includes('not the words') === true)).toBe(true);
  });

  it('waits for a person who is not there', async () => {
    const run = await startRun({ seed: 'join' });
    await withOperator(run, 'holder-1', except(run, 'join'));
    await turns(run, 'administrator');
    const { done, waiting } = await run.turn('holder-1');
    expect(done).toEqual([]);
    expect(waiting).toMatchObject({ role: 'holder-1', step: { id: 'join' } });
    expect(waiting?.sentence).toMatch(/^Waits for you: Compare the four words/);
  });

  it('is refused on a laptop without a share of the key, of another epoch, or without the sealing key', async () => {
    const run = await startRun({ seed: 'unready' });
    const { fingerprint } = run.context.plan.before!;
    const laptop = run.laptop('holder-1');
    const operator = willingOperator(run.context);
    const join = async (change: Partial<MemoryLaptop>): ReturnType<typeof refusal> => {
      const stranger = new MemoryLaptop('Stranger', 'unready');
      const ports = Object.assign(stranger, { cards: laptop.cards, keys: laptop.keys }, change).ports(
        run.context,
        run.courier,
        operator,
      );
      const participant = await Participant.load(run.context, 'holder-1', ports);
      return refusal(() => participant.step());
    };
    const none = await join({ keys: new MemoryLaptop('x', 'x').keys });
    expect(none).toMatchObject({ code: 'wrong-key', message: 'This laptop holds no share of "Test key".' });

    const sealing = await join({ cards: new Map() });
    expect(sealing.code).toBe('not-for-this-laptop');
    expect(sealing.next).toContain('reseal enrol');

    // A later epoch is current than the one that the plan starts from.
    const other = new MemoryLaptop('x', 'x').keys;
    const record = { ...run.context.plan.before!, epoch: 4 };
    const content = { share: new Uint8Array(32).fill(1), sealing: new Uint8Array(32).fill(1) };
    const bytes = encodeKeyRecord(record);
    await other.stage(fingerprint, 'epoch-4', { ...content, record: bytes });
    await other.activate(fingerprint, 'epoch-4');
    const epoch = await join({ keys: other });
    expect(epoch.code).toBe('wrong-epoch');
    expect(epoch.message).toContain('epoch 4');
  });
});

describe('messages that are none of this laptop’s business', () => {
  it('are ignored: of another ceremony, cards, plans, what others send to the administrator', async () => {
    const run = await startRun({ seed: 'business' });
    await dealt(run);
    const other = await startRun({ seed: 'business/other' });
    await dealt(other);
    const { head } = of(run, 'holder-1').view;
    await hand(run, 'holder-1', ...shown(other));
    await hand(run, 'holder-1', ...shown(run).filter(({ type }) => type === 'envelope' || type === 'plan'));
    expect(of(run, 'holder-1').view.head).toEqual(head);
  });

  it('but a bundle of this ceremony without its own sub-shares is refused, and not taken for settled', async () => {
    const run = await startRun({ seed: 'sealed' });
    await dealt(run);
    await handBundle(run, 'holder-1', run.administrator.view.bundles[APPROVE]!);
    const bundle = run.administrator.view.bundles[DEAL]!;
    const { code, message } = await refusal(() =>
      handBundle(run, 'holder-1', { ...bundle, sealed: new Map() }),
    );
    expect(code).toBe('bad-bundle');
    expect(message).toContain('that holder 1 sealed for holder 1');
    expect(of(run, 'holder-1').view.next).toBe(DEAL);
    await handBundle(run, 'holder-1', bundle);
    expect(of(run, 'holder-1').view.next).toBe(CONFIRM);
  });
});

describe('backups', () => {
  it('are written and read back before the share is declared secure; a bad one is refused', async () => {
    const run = await startRun({
      seed: 'backups',
      change: {
        ...BARE,
        backups: [
          { holder: 1, kind: 'file', label: 'Medium A' },
          { holder: 1, kind: 'file', label: 'Medium B' },
        ],
      },
    });
    const laptop = run.laptop('holder-1');
    const damaged = laptop.ports(run.context, run.courier, willingOperator(run.context));
    run.participants.set(
      'holder-1',
      await Participant.load(run.context, 'holder-1', {
        ...damaged,
        backups: {
          ...damaged.backups,
          write: (label, content) =>
            damaged.backups
              .write(label, content)
              .then((read) =>
                label === 'Medium A'
                  ? read
                  : new TextEncoder().encode(
                      new TextDecoder().decode(read).replace('"epoch":1', '"epoch":0'),
                    ),
              ),
        },
      }),
    );
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator');
    const { code, message } = await refusal(() => run.turn('holder-1'));
    expect(code).toBe('wrong-epoch');
    expect(message).toContain('expected holder 1, epoch 1');
    const journal = laptop.journal(run.context);
    expect([...journal.entries.keys()].filter((name) => name.startsWith('backup-'))).toEqual([
      'backup-holder-1-0',
    ]);
    expect(journal.entries.has('out-holder-1-r3-a1')).toBe(false);

    await withOperator(run, 'holder-1', except(run, 'backups'));
    const { waiting } = await run.turn('holder-1');
    expect(waiting?.sentence).toContain('("Medium B")');
    await withOperator(run, 'holder-1', willingOperator(run.context));
    expect((await run.toEnd()).size).toBe(0);
    expect(laptop.backups.size).toBe(2);
  });
});

describe('a backup to recipients', () => {
  it.each([
    [1, 'names 1 recipient, whose own key was not tried'],
    [3, 'names 3 recipients, none of whose own keys was tried'],
  ])('to %i says in its receipt what was shown, and what was not', async (count, words) => {
    const recipients = RECIPIENTS.slice(0, count);
    const run = await startRun({
      seed: `recipients ${count}`,
      change: { ...BARE, backups: [{ holder: 1, kind: 'recipients-file', label: 'Courier', recipients }] },
    });
    const asked: unknown[] = [];
    const writer = run.laptop('holder-1');
    const ports = writer.ports.bind(writer);
    writer.ports = (...given) => {
      const made = ports(...given);
      return {
        ...made,
        backups: {
          ...made.backups,
          writeFor: (to, label, content) => {
            asked.push([to, label]);
            return made.backups.writeFor(to, label, content);
          },
        },
      };
    };
    await run.restart('holder-1');
    expect((await run.toEnd()).size).toBe(0);
    expect(asked).toEqual([[recipients, 'Courier']]);
    const receipt = new TextDecoder().decode(
      run.laptop('holder-1').journal(run.context).entries.get('backup-holder-1-0'),
    );
    expect(receipt).toContain(`opened with a key made for this check and matched the public share; ${words}`);
  });

  it('that does not read back as the share counts for nothing', async () => {
    const run = await startRun({
      seed: 'recipients, another share',
      change: {
        ...BARE,
        backups: [{ holder: 1, kind: 'recipients-file', label: 'Courier', recipients: [...RECIPIENTS] }],
      },
    });
    const laptop = run.laptop('holder-1');
    const ports = laptop.ports.bind(laptop);
    laptop.ports = (...given) => {
      const made = ports(...given);
      const writeFor = (): Promise<Uint8Array> => Promise.resolve(new TextEncoder().encode('{}\n'));
      return { ...made, backups: { ...made.backups, writeFor } };
    };
    await run.restart('holder-1');
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator');
    expect((await refusal(() => run.turn('holder-1'))).message).toContain('Backup read back');
    expect(
      [...laptop.journal(run.context).entries.keys()].filter((name) => name.startsWith('backup-')),
    ).toEqual([]);
  });
});

describe('a sheet of paper', () => {
  const plan = (kind: 'sealed-sheet' | 'plain-sheet'): object => ({
    ...BARE,
    backups: [{ holder: 1, kind, label: 'Bag A' }],
  });
  const reading = (context: PlanContext, sheet: () => string, asked: string[] = []): Operator => ({
    answer: (question) => {
      if (question.step === 'backups') asked.push(question.field);
      return question.field === 'sheet'
        ? Promise.resolve(sheet())
        : willingOperator(context).answer(question);
    },
  });

  it.each(['sealed-sheet', 'plain-sheet'] as const)(
    'that is a %s counts once its share was read back; another share is refused, and nothing is noted',
    async (kind) => {
      const run = await startRun({ seed: kind, change: plan(kind) });
      const laptop = run.laptop('holder-1');
      await dealt(run);
      await turns(run, ...HOLDERS, 'administrator');
      const { share } = await of(run, 'holder-1').newShare();
      const right = bytesToHex(share);
      // A holder whose plan asks for no backup gets no copy at all.
      await expect(of(run, 'holder-2').newShare()).rejects.toThrow('no further copy of it is made');
      let said = '1'.padStart(64, '0');
      const asked: string[] = [];
      await withOperator(
        run,
        'holder-1',
        reading(run.context, () => said, asked),
      );
      const { code, message } = await refusal(() => run.turn('holder-1'));
      expect(code).toBe('bad-field');
      expect(message).toBe('Sheet read back: it does not belong to the public share.');
      expect(asked).toEqual(['sheet', 'serial', 'witness']);
      const noted = (): string[] =>
        [...laptop.journal(run.context).entries.keys()].filter((name) => name.startsWith('backup-'));
      expect(noted()).toEqual([]);
      said = right;
      expect((await run.toEnd()).size).toBe(0);
      expect(noted()).toEqual(['backup-holder-1-0']);
      const receipt = laptop.journal(run.context).entries.get('backup-holder-1-0')!;
      expect(new TextDecoder().decode(receipt)).toContain(`"kind":"${kind}"`);
      expect(new TextDecoder().decode(receipt)).toContain('matched the public share');
      // Nobody gets another copy of the share afterwards.
      await expect(of(run, 'holder-1').newShare()).rejects.toThrow('no further copy of it is made');
    },
  );

  it('of which nothing was read is asked for again, and a file asks for none', async () => {
    const run = await startRun({ seed: 'empty-sheet', change: plan('plain-sheet') });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator');
    await withOperator(
      run,
      'holder-1',
      reading(run.context, () => ' '),
    );
    const { code, message } = await refusal(() => run.turn('holder-1'));
    expect(code).toBe('evidence-rejected');
    expect(message).toContain('nothing was read');
    const file = script(run.context, 'holder-1').find(({ id }) => id === 'backups')!;
    expect(evidenceOf(file, 'file').map(({ name }) => name)).toEqual(['serial', 'witness']);
    expect(evidenceOf(file).map(({ name }) => name)).toEqual(['serial', 'witness']);
  });
});
