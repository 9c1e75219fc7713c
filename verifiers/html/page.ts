/** The page: takes a record from a drop or a picker, verifies it, and shows every rule with its evidence. */
import { looksPacked, unpack } from './archive.ts';
import { Bad } from './basics.ts';
import { looksDisclosed, verifyDisclosure, type Disclosed } from './disclosure.ts';
import { place, show, showDisclosed } from './show.ts';
import { stampsOf } from './stamps.ts';
import { verify, type Verdict } from './verdict.ts';

declare global {
  interface Window {
    /** For tests and scripts: the verdict on files given as `[path, base64]`. */
    verifyRecord: (files: readonly (readonly [string, string])[]) => Verdict;
    /** The same for a disclosure, as base64. */
    verifyDisclosure: (base64: string) => Disclosed;
  }
}

const MAX_FILES = 5000;
const MAX_TOTAL = 256 * 1024 * 1024;

/** Shows why something is no record; nothing of the record before stays on the page. */
function refuse(error: unknown): void {
  place('result').hidden = true;
  place('status').textContent =
    error instanceof Bad
      ? error.message
      : 'This cannot be read here. Try "Choose a folder" or a .reseal file.';
}

/** Runs a check, and puts what it shows, or why it shows nothing, onto the page. */
async function check(name: string, load: () => Promise<() => void>): Promise<void> {
  place('status').textContent = `Checking ${name} …`;
  place('result').hidden = true;
  try {
    const work = await load();
    // One frame, so that the line above is seen before the arithmetic begins.
    await new Promise((resolve) => setTimeout(resolve, 30));
    work();
    place('status').textContent = '';
  } catch (error) {
    refuse(error);
  }
}

/** Verifies files as a record. Throws Bad where they are none. */
function ofRecord(name: string, files: ReadonlyMap<string, Uint8Array>): () => void {
  if (!files.has('plan.json') && !files.has('SHA256SUMS'))
    throw new Bad('This is not a record: it has neither plan.json nor SHA256SUMS.');
  return () => {
    show(name, verify(files), stampsOf(files));
  };
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

/** One file: a packed record or a disclosure. */
async function single(file: File): Promise<() => void> {
  if (file.size > MAX_TOTAL) throw new Bad('This file is larger than any record.');
  const bytes = await bytesOf(file);
  if (looksDisclosed(bytes))
    return () => {
      showDisclosed(file.name, verifyDisclosure(bytes));
    };
  if (!looksPacked(bytes))
    throw new Bad(
      `${file.name} is no packed record, and no disclosure. Drop the folder of a record, a .reseal file or a disclosure.`,
    );
  return ofRecord(file.name, unpack(bytes));
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
    if (entry?.isDirectory === true)
      void check(entry.name, async () => ofRecord(entry.name, await readAll(await walk(entry, ''))));
    else if (file !== null) void check(file.name, () => single(file));
  });
  place('folder').addEventListener('change', (event) => {
    const list = [...((event.target as HTMLInputElement).files ?? [])];
    const [first] = list;
    if (first === undefined) return;
    const name = first.webkitRelativePath.split('/')[0] ?? 'the folder';
    const below = list.map((file) => [file.webkitRelativePath.split('/').slice(1).join('/'), file] as const);
    void check(name, async () => ofRecord(name, await readAll(below)));
  });
  place('file').addEventListener('change', (event) => {
    const [file] = (event.target as HTMLInputElement).files ?? [];
    if (file !== undefined) void check(file.name, () => single(file));
  });
}

const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
window.verifyRecord = (files) => verify(new Map(files.map(([path, base64]) => [path, decode(base64)])));
window.verifyDisclosure = (base64) => verifyDisclosure(decode(base64));
listen();
