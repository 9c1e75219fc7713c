/** The page: takes a record from a drop or a picker, verifies it, and shows every rule with its evidence. */
import { looksPacked, unpack } from './archive.ts';
import { Bad } from './basics.ts';
import { stampsOf } from './stamps.ts';
import { verify, type RuleResult, type Verdict } from './verdict.ts';

declare global {
  interface Window {
    /** For tests and scripts: the verdict on files given as `[path, base64]`. */
    verifyRecord: (files: readonly (readonly [string, string])[]) => Verdict;
  }
}

const MAX_FILES = 5000;
const MAX_TOTAL = 256 * 1024 * 1024;

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

function place(id: string): HTMLElement {
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

function show(name: string, verdict: Verdict, stamps: readonly string[]): void {
  const result = place('result');
  const banner = element('div', '', verdict.verdict === 'VALID' ? 'verdict' : 'verdict bad');
  const title = element('h2', verdict.verdict);
  title.id = 'verdict';
  title.tabIndex = -1;
  banner.append(title, element('p', sentenceOf(verdict)));
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
  place('status').textContent = '';
  title.focus();
}

/** Shows why something is no record; nothing of the record before stays on the page. */
function refuse(error: unknown): void {
  place('result').hidden = true;
  place('status').textContent =
    error instanceof Bad
      ? error.message
      : 'This cannot be read here. Try "Choose a folder" or a .reseal file.';
}

async function check(name: string, load: () => Promise<Map<string, Uint8Array>>): Promise<void> {
  place('status').textContent = `Checking ${name} …`;
  place('result').hidden = true;
  try {
    const files = await load();
    if (!files.has('plan.json') && !files.has('SHA256SUMS'))
      throw new Bad('This is not a record: it has neither plan.json nor SHA256SUMS.');
    // One frame, so that the line above is seen before the arithmetic begins.
    await new Promise((resolve) => setTimeout(resolve, 30));
    show(name, verify(files), stampsOf(files));
  } catch (error) {
    refuse(error);
  }
}

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** Files of a folder by path below it, within bounds. */
async function readAll(
  list: readonly (readonly [path: string, file: File])[],
): Promise<Map<string, Uint8Array>> {
  const total = list.reduce((sum, [, file]) => sum + file.size, 0);
  if (list.length > MAX_FILES || total > MAX_TOTAL) throw new Bad('This holds more than any record does.');
  const files = new Map<string, Uint8Array>();
  for (const [path, file] of list) files.set(path, await bytesOf(file));
  return files;
}

async function packed(file: File): Promise<Map<string, Uint8Array>> {
  if (file.size > MAX_TOTAL) throw new Bad('This file is larger than any record.');
  const bytes = await bytesOf(file);
  if (!looksPacked(bytes))
    throw new Bad(`${file.name} is no packed record. Drop the folder of a record, or a .reseal file.`);
  return unpack(bytes);
}

/** All files below a folder that was dropped. */
async function walk(entry: FileSystemEntry, below: string, depth = 0): Promise<[string, File][]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    return [[below, file]];
  }
  if (depth > 4) throw new Bad('Folders this deep do not belong to a record.');
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const out: [string, File][] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return out;
    for (const one of some)
      out.push(...(await walk(one, below === '' ? one.name : `${below}/${one.name}`, depth + 1)));
    if (out.length > MAX_FILES) throw new Bad('This holds more than any record does.');
  }
}

function listen(): void {
  const drop = place('drop');
  for (const type of ['dragover', 'dragleave', 'drop'] as const)
    document.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', type === 'dragover');
    });
  document.addEventListener('drop', (event) => {
    const [item] = event.dataTransfer?.items ?? [];
    const entry = item?.webkitGetAsEntry() ?? null;
    const file = item?.getAsFile() ?? null;
    if (entry?.isDirectory === true) void check(entry.name, async () => readAll(await walk(entry, '')));
    else if (file !== null) void check(file.name, () => packed(file));
  });
  place('folder').addEventListener('change', (event) => {
    const list = [...((event.target as HTMLInputElement).files ?? [])];
    const [first] = list;
    if (first === undefined) return;
    const name = first.webkitRelativePath.split('/')[0] ?? 'the folder';
    void check(name, () =>
      readAll(list.map((file) => [file.webkitRelativePath.split('/').slice(1).join('/'), file] as const)),
    );
  });
  place('file').addEventListener('change', (event) => {
    const [file] = (event.target as HTMLInputElement).files ?? [];
    if (file !== undefined) void check(file.name, () => packed(file));
  });
}

window.verifyRecord = (files) =>
  verify(
    new Map(
      files.map(([path, base64]) => [path, Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]),
    ),
  );
listen();
