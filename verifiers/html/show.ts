/** What the page shows: a verdict with every rule, or what a disclosure proves. */
import type { Disclosed } from './disclosure.ts';
import type { RuleResult, Verdict } from './verdict.ts';

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  text = '',
  className = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

export function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`This page has no "${id}".`);
  return found;
}

const STATES: Readonly<Record<RuleResult['state'], string>> = {
  ok: '✓ ok',
  failed: '✗ failed',
  broken: '! broken',
  'not checked': '· not checked',
  'not applicable': '– not applicable',
};

function ruleItem({ rule, sentence, state, evidence, failures }: RuleResult): HTMLLIElement {
  const item = element('li');
  const title = element('h3');
  title.append(
    element('span', STATES[state], `state ${state.replace(' ', '-')}`),
    ' ',
    element('code', rule),
  );
  item.append(title, element('p', sentence, 'sentence'));
  const list = (lines: readonly string[], className: string): void => {
    if (lines.length === 0) return;
    const made = element('ul', '', className);
    made.append(...lines.map((line) => element('li', line)));
    item.append(made);
  };
  list(
    failures.map(({ file, message }) => `${file}: ${message}`),
    'evidence wrong',
  );
  list(evidence, 'evidence');
  return item;
}

const FACTS: readonly (readonly [key: string, label: string])[] = [
  ['id', 'Ceremony'],
  ['code', 'Plan code'],
  ['kind', 'Kind'],
  ['keyName', 'Key'],
  ['suite', 'Suite'],
  ['threshold', 'Threshold'],
  ['holders', 'Holders'],
  ['epochBefore', 'Epoch before'],
  ['epochAfter', 'Epoch after'],
  ['groupKeyBefore', 'Group key before'],
  ['groupKeyAfter', 'Group key after'],
];

function sentenceOf(verdict: Verdict): string {
  if (verdict.verdict === 'VALID')
    return `A true account of a ceremony that was ${verdict.outcome === 'closed' ? 'completed' : 'aborted'}.`;
  const failed = verdict.rules.find(({ state }) => state === 'failed');
  const [failure] = failed?.failures ?? [];
  return failure === undefined
    ? 'Not everything could be checked.'
    : `${failed?.rule ?? ''}, ${failure.file}: ${failure.message}`;
}

/** The verdict in large letters; the title takes the focus once it is shown. */
function bannerOf(verdict: string, sentence: string): { banner: HTMLElement; title: HTMLElement } {
  const banner = element('div', '', verdict === 'VALID' ? 'verdict' : 'verdict bad');
  const title = element('h2', verdict);
  title.id = 'verdict';
  title.tabIndex = -1;
  banner.append(title, element('p', sentence));
  return { banner, title };
}

/** Shows a verdict with every rule, and the names of timestamps, which this page does not check. */
export function show(name: string, verdict: Verdict, stamps: readonly string[]): void {
  const result = place('result');
  const { banner, title } = bannerOf(verdict.verdict, sentenceOf(verdict));
  if (verdict.rehearsal === true)
    banner.append(element('p', 'REHEARSAL: throw-away keys. This record proves nothing about a real key.'));
  if (stamps.length > 0)
    banner.append(
      element(
        'p',
        `Timestamps that were NOT checked: ${stamps.join(', ')}. They are no part of this verdict; "reseal timestamp verify" and "openssl ts -verify" check them.`,
      ),
    );
  const facts = element('dl');
  facts.append(element('dt', 'Record'), element('dd', name));
  for (const [key, label] of FACTS) {
    const value = verdict.ceremony?.[key];
    if (typeof value === 'string' || typeof value === 'number')
      facts.append(element('dt', label), element('dd', String(value)));
  }
  const rules = element('ol');
  rules.append(...verdict.rules.map(ruleItem));
  result.replaceChildren(banner, facts, rules);
  result.hidden = false;
  title.focus();
}

/** Shows what a disclosure proves: its lines, and who signed the checkpoint that they lead to. */
export function showDisclosed(name: string, disclosed: Disclosed): void {
  const { verdict, reason, origin = '', size = 0, entries = [], signers = [] } = disclosed;
  const { banner, title } = bannerOf(
    verdict,
    verdict === 'VALID'
      ? `${entries.length} of the ${size} lines of a transcript, as they were signed.`
      : (reason ?? ''),
  );
  const result = place('result');
  const facts = element('dl');
  facts.append(element('dt', 'Disclosure'), element('dd', name));
  const rows = element('ol');
  if (verdict === 'VALID') {
    if (origin.startsWith('reseal/rehearsal/'))
      banner.append(element('p', 'REHEARSAL: throw-away keys. This proves nothing about a real key.'));
    banner.append(
      element(
        'p',
        'Whose keys these are is not proven here: compare them with the plan, or with cards that you know.',
      ),
    );
    facts.append(element('dt', 'Ceremony'), element('dd', origin.slice(origin.lastIndexOf('/') + 1)));
    for (const { role, alg, key } of signers)
      facts.append(element('dt', `Signed by ${role}`), element('dd', `${alg} key ${key}`));
    for (const { seq, type, at, actor, line } of entries) {
      const item = element('li');
      const heading = element('h3');
      heading.append(element('span', '✓ proven', 'state ok'), ` entry ${seq}: ${type} of ${actor} at ${at}`);
      item.append(heading, element('p', line, 'evidence'));
      rows.append(item);
    }
  }
  result.replaceChildren(banner, facts, rows);
  result.hidden = false;
  title.focus();
}
