/** Exception sheets: one page for each exception on record, and an empty one for what is written by hand. */
import { EXCEPTION_CATEGORIES } from '../rounds/exception.ts';
import { STEP_WORDS } from './words.ts';
import { script } from '../script.ts';
import { nameRound } from '../verify/replay.ts';
import { common, type CeremonyFacts } from './facts.ts';
import { fact, facts, fields, heading, paragraph, type Block, type CeremonyDocument } from './model.ts';
import { named, when } from './people.ts';
import type { PlanContext } from '../plan.ts';

/** A sheet that nobody has written on: it belongs to every script. */
export function emptyException(): Block[] {
  return [
    { kind: 'page' },
    heading(1, 'Exception, by hand'),
    paragraph(
      'For what did not go as it should and cannot be recorded on the console (F8). It ends nothing and blames nobody. File it beside the record.',
    ),
    { kind: 'checks', items: EXCEPTION_CATEGORIES.map((category) => category) },
    fields(
      { label: 'Date and time (UTC)', width: 'half' },
      { label: 'Step of the script', width: 'half' },
      { label: 'What happened, in your own words', lines: 5 },
      { label: 'What was done about it', lines: 3 },
      { label: 'Bags, media, serial numbers', lines: 2 },
      { label: 'Written by (name, signature)', width: 'half' },
      { label: 'Seen by (name, signature)', width: 'half' },
    ),
  ];
}

/** What a step is called in the script, by the id that an exception carries. */
export function stepTitle(context: PlanContext, role: string, step: string): string {
  const steps = [...script(context, role), ...script(context, role, true)];
  const title = steps.find(({ id }) => id === step)?.title;
  return title ?? (step in STEP_WORDS ? step : step);
}

/** One page for each exception on record; undefined where there is none. */
export function exceptionSheets(given: CeremonyFacts): CeremonyDocument | undefined {
  const { context, exceptions } = given;
  const { plan } = context;
  if (exceptions.length === 0) return undefined;
  return {
    ...common(context),
    name: 'exceptions',
    title: 'Exceptions',
    purpose: 'What did not go as it should, in the words of whoever put it on record, and what became of it.',
    at: given.at,
    role: undefined,
    blocks: exceptions.flatMap((one, at) => [
      ...(at === 0 ? [] : [{ kind: 'page' } as const]),
      heading(1, `Exception ${at + 1} of ${exceptions.length}`),
      facts(
        fact('Put on record by', named(plan, one.role)),
        fact('At', when(one.at)),
        fact('Number', `${one.number} of this role`),
        fact('Category', one.category),
        fact('At the step', stepTitle(context, one.role, one.step)),
        fact('Carried by', `the bundle of ${nameRound(one.round)}`),
      ),
      heading(2, 'What was said'),
      paragraph(one.text),
      heading(2, 'What became of it'),
      paragraph(
        'By hand, after the ceremony. The record says what happened, not whether it was dealt with.',
        'note',
      ),
      fields(
        { label: 'Cause', lines: 2 },
        { label: 'What was done, and what is still to be done', lines: 3 },
        { label: 'Does it put the result in doubt? Why, or why not', lines: 2 },
        { label: 'Decided by (name, signature)', width: 'half' },
        { label: 'Date', width: 'half' },
      ),
    ]),
  };
}
