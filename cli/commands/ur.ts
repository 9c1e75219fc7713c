/** `reseal ur` and `reseal ur make`: Uniform Resources, which other people's wallets and tools read and write. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../ceremony/hash.ts';
import {
  keyResources,
  proofResources,
  type Resource,
  type TypeVersion,
} from '../../ceremony/formats/key-resources.ts';
import { decodeProof } from '../../ceremony/formats/proof-file.ts';
import { describeResource } from '../../ceremony/formats/read-resource.ts';
import { codeImage } from '../../laptop/code-image.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput, writeOutput } from '../../laptop/files.ts';
import { parseKeyRecord } from '../../laptop/keys.ts';
import { readUrLines, type UrMessage } from '../../laptop/ur-lines.ts';
import { MIN_FRAGMENT, openUrSender } from '../../optical/ur/sender.ts';
import { MAX_MESSAGE } from '../../optical/ur/part.ts';
import type { Command, Given, Option } from '../command.ts';
import type { Output } from '../output.ts';
import { standardInput } from '../standard-input.ts';
import { identify } from './show.ts';

const MAX_INPUT = 16 * 1024 * 1024;
/** Longer content is not printed: it is of no use to eyes. */
const MAX_HEX = 1024;

/** What `key export --format ur` and `ur make` have in common. */
export const UR_OPTIONS: Readonly<Record<string, Option>> = {
  content: {
    value: 'WHAT',
    help: 'what of it: key (default), output, address, record; proof (default), signature',
  },
  'deprecated-types': {
    help: 'the types crypto-eckey, crypto-output, crypto-address, for wallets of before 2023',
  },
  fragment: { value: 'BYTES', help: 'in parts, with so many bytes of the message in each at most' },
  parts: {
    value: 'N',
    help: 'so many parts (default: one for each fragment); any further ones make up for lost ones',
  },
  png: { value: 'FILE', help: 'also draw it as a code, into a new file' },
  svg: { value: 'FILE', help: 'the same as SVG' },
};

export const ur: Command = {
  name: 'ur',
  summary: 'Say what is in lines of URs, of which parts may come in any order',
  arguments: ['FILE'],
  options: {
    out: { value: 'FILE', help: 'write the content to a new file: of bytes what is in them, else the CBOR' },
  },
  examples: ['reseal ur scanned.txt', 'reseal ur - --out record.json < scanned.txt'],
  async run(given, output) {
    const path = given.positionals[0] ?? '';
    const what = path === '-' ? 'Standard input' : path;
    const bytes = path === '-' ? await standardInput() : readInput(path, MAX_INPUT);
    const { messages, unfinished } = readUrLines(asText(bytes, what), what);
    const out = given.text('out');
    if (out !== undefined && messages.length !== 1)
      throw new UsageError(
        `--out takes one message, and ${what} holds ${messages.length}${unfinished.length > 0 ? ' that are whole' : ''}: give it the lines of one.`,
        1,
      );
    const shown = messages.map((message) => describe(message, what));
    for (const { sentence, type, parts, facts } of shown) {
      output.line(sentence);
      output.line(`  type: ${type}${parts > 1 ? `, in ${parts} parts` : ''}`);
      for (const [name, value] of Object.entries(facts)) output.line(`  ${name}: ${value}`);
    }
    for (const { type, rank, needed } of unfinished)
      output.line(
        `A message of type ${type} is not whole: ${rank} of ${needed} parts. At least ${needed - rank} more are missing; which ones does not matter.`,
      );
    const [only] = shown;
    if (out !== undefined && only !== undefined) {
      writeOutput(out, only.content);
      output.line(`Wrote ${out}`);
    }
    output.result({
      file: path,
      messages: shown.map(({ content, ...rest }) => ({ ...rest, bytes: content.length })),
      unfinished: unfinished.map(({ type, rank, needed }) => ({ type, parts: rank, needed })),
      out: out ?? null,
    });
    return unfinished.length > 0 ? 1 : 0;
  },
};

export const urMake: Command = {
  name: 'ur make',
  summary: 'Print a key record, or a proof of a ceremony, as a UR for other tools',
  arguments: ['FILE'],
  options: UR_OPTIONS,
  examples: [
    'reseal ur make record/keys/after.json --content output',
    'reseal ur make record/proofs/1.json --png proof.png',
  ],
  async run(given, output) {
    const path = given.positionals[0] ?? '';
    const bytes = readInput(path, MAX_MESSAGE);
    const { type } = identify(bytes, path);
    if (type === 'proof') return writeUr(proofResources(decodeProof(bytes, path)), given, output);
    if (type === 'key-record')
      return writeUr(keyResources(parseKeyRecord(bytes, path), typeVersion(given)), given, output);
    throw new UsageError(
      `${path} is no key record and no proof of a ceremony, but a file of type "${type}".`,
    );
  },
};

export function typeVersion(given: Given): TypeVersion {
  return given.flag('deprecated-types') ? 'deprecated' : 'current';
}

/** Prints one of the resources as a UR, or as parts; draws it where that is wanted. Nothing else is on standard output. */
export async function writeUr(resources: readonly Resource[], given: Given, output: Output): Promise<0> {
  const resource = choose(resources, given.text('content'));
  const { type, title, text, condition, cbor } = resource;
  const fragment = given.number('fragment', MIN_FRAGMENT, MAX_MESSAGE);
  const wanted = given.number('parts', 1, 100_000);
  if (wanted !== undefined && fragment === undefined)
    throw new UsageError('--parts needs --fragment beside it: into how large pieces the message is cut.');
  const sender = openUrSender(type, cbor, fragment ?? MAX_MESSAGE);
  const files = await pictures(sender.count === 1 ? sender.part(1) : undefined, given);
  const lines =
    sender.count === 1
      ? [sender.part(1)]
      : Array.from({ length: wanted ?? sender.count }, (_, at) => sender.part(at + 1).toUpperCase());
  for (const line of lines) output.line(line);
  output.note(`${title}${text === null ? '' : `: ${text}`}.`);
  if (condition !== null) output.note(condition);
  for (const path of files) output.note(`Wrote ${path}`);
  output.result({
    type,
    title,
    text,
    condition,
    cbor: bytesToHex(cbor),
    fragments: sender.count,
    lines,
    files,
  });
  return 0;
}

function choose(resources: readonly Resource[], wanted: string | undefined): Resource {
  const found = wanted === undefined ? resources[0] : resources.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = resources.map(({ name }) => name).join(' or ');
  throw new UsageError(`--content: this has ${names}, found "${wanted ?? ''}".`);
}

/** Draws the single UR into the files that are named. Returns their paths. */
async function pictures(single: string | undefined, given: Given): Promise<string[]> {
  const files: string[] = [];
  for (const form of ['png', 'svg'] as const) {
    const path = given.text(form);
    if (path === undefined) continue;
    if (single === undefined)
      throw new UsageError(
        `--${form} draws a single UR: leave --fragment out, or make the fragments larger.`,
      );
    writeOutput(path, await codeImage(single.toUpperCase(), form));
    files.push(path);
  }
  return files;
}

interface ShownMessage {
  readonly type: string;
  readonly parts: number;
  readonly sentence: string;
  readonly facts: Readonly<Record<string, string>>;
  /** What --out writes. */
  readonly content: Uint8Array;
}

/** Throws UsageError (exit 1) where the content is not what its type says. */
function describe({ type, cbor, parts }: UrMessage, what: string): ShownMessage {
  const described = describeResource(type, cbor);
  if (described === undefined)
    throw new UsageError(
      `${what}: a message of type "${type}" came through whole, but its content is not of that type. Ask whoever made it.`,
      1,
    );
  const { title, facts, payload } = described;
  if (payload === undefined) return { type, parts, sentence: `${title}.`, facts, content: cbor };
  const file = identified(payload, what);
  if (file !== undefined) return { type, parts, ...file, content: payload };
  const hex =
    payload.length <= MAX_HEX
      ? { hex: bytesToHex(payload) }
      : { sha256: bytesToHex(sha256(payload)), next: 'too long to print: write it with --out' };
  return { type, parts, sentence: `${title}.`, facts: hex, content: payload };
}

/** What is in bytes, where that is a file of Reseal; of one with a share, that it is. */
function identified(
  payload: Uint8Array,
  what: string,
): { sentence: string; facts: Record<string, string> } | undefined {
  try {
    const { sentence, facts } = identify(payload, what);
    return {
      sentence,
      facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)])),
    };
  } catch {
    return undefined;
  }
}

function asText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${what} is not text: expected lines that begin with "ur:".`);
  }
}
