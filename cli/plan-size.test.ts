import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeCard } from '../ceremony/card.ts';
import { json, reseal } from '../test-support/cli.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { MemoryLaptop } from '../test-support/memory.ts';
import { helpText } from './command.ts';
import { enrol } from './commands/enrol.ts';
import { LARGE_COMMITTEE, sizeNote } from '../laptop/plans.ts';
import { planNew } from './commands/plan.ts';
import { step } from './commands/step.ts';

describe('a plan for a large committee', () => {
  it('comes with a warning from one holder above the limit', () => {
    expect(LARGE_COMMITTEE).toBe(50);
    for (const holders of [2, 3, 49, 50]) expect(sizeNote(holders)).toBeUndefined();
    for (const holders of [51, 67, 256])
      expect(sizeNote(holders)).toBe(
        `The plan has ${holders} holders, more than 50. Adaptive security of FROST (against somebody who chooses whom to corrupt as things go on) is not proven for large committees: Crites and Stewart, ePrint 2025/1001. Fewer holders are safer.`,
      );
  });

  it.each([50, 51])('of %d holders: plan new prints it where it must, beside the result', async (holders) => {
    const cwd = temporaryFolder();
    const administrator = new MemoryLaptop('Ada', 'size');
    writeFileSync(join(cwd, 'admin.json'), encodeCard(await administrator.enrol()));
    const words: string[] = [];
    for (let index = 1; index <= holders; index++) {
      const card = await new MemoryLaptop(`Holder ${index}`, 'size').enrol();
      writeFileSync(join(cwd, `${index}.json`), encodeCard(card));
      words.push('--holder', `${index}=${index}.json`);
    }
    const key = ['--kind', 'generate', '--name', 'Large', '--suite', 'ed25519', '--threshold', '26'];
    const finished = await reseal(
      [
        ...['plan', 'new', ...key, '--administrator', 'admin.json', ...words, '--out', 'plan.json', '--json'],
        ...(holders > LARGE_COMMITTEE ? ['--cryptoperiod', 'on-demand'] : []),
      ],
      { cwd },
    );
    expect(finished.code).toBe(0);
    expect(json(finished)).toMatchObject({
      out: 'plan.json',
      // Ninety days, unless somebody says otherwise.
      plan: { cryptoperiodDays: holders > LARGE_COMMITTEE ? null : 90 },
    });
    const notes = finished.stderr.trimEnd().split('\n');
    expect(notes).toHaveLength(holders > LARGE_COMMITTEE ? 2 : 1);
    expect(notes[1]).toBe(sizeNote(holders));
  });
});

describe("the courier's folder of commands that may also write a file", () => {
  it('must be named, and the help says so', () => {
    for (const command of [enrol, planNew])
      expect(helpText(command)).toContain(
        'show it in the folder where messages are exchanged ($RESEAL_COURIER is not used)',
      );
    expect(helpText(step)).toContain('folder where messages are exchanged (default: $RESEAL_COURIER)');
  });

  it.each([
    [['enrol'], 'Say where the card goes: --out FILE or --courier DIR.'],
    [
      ['plan', 'new', '--kind', 'refresh', '--administrator', 'a.json'],
      'Say where the plan goes: --out FILE or --courier DIR.',
    ],
  ])('is not taken from the environment: %j', async (words, sentence) => {
    const cwd = temporaryFolder();
    const courier = join(cwd, 'courier');
    mkdirSync(courier);
    const finished = await reseal(words, {
      cwd,
      env: { RESEAL_HOME: join(cwd, 'home'), RESEAL_COURIER: courier },
    });
    expect(finished.stderr).toContain(sentence);
    expect(finished.code).toBe(2);
  });
});
