/** `reseal optical`: messages as pictures of codes, and back. The console does it with a screen and a camera. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bytesToHex } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import { decodeMessage, type Message } from '../../ceremony/message.ts';
import { folderChannel } from '../../devices/channel/folder.ts';
import { UsageError } from '../../laptop/errors.ts';
import { makeFolders, readInput, writeOutput } from '../../laptop/files.ts';
import { describeTopic, topicOf } from '../../laptop/topics.ts';
import { capacityOf, draw, QUIET_ZONE, versionFor } from '../../optical/symbol/draw.ts';
import { DENSITIES, PRESET_SETTINGS } from '../../optical/symbol/presets.ts';
import { MAX_MESSAGES, packBody } from '../../optical/wire/body.ts';
import { Receiver, type Heard, type Progress } from '../../optical/wire/receiver.ts';
import { openSender, type Sender } from '../../optical/wire/sender.ts';
import type { Topic } from '../../optical/wire/topic.ts';
import type { Command, Given } from '../command.ts';
import { codesInFile, openDecoder } from '../decoder.ts';
import type { Output } from '../output.ts';
import { pngOf } from '../png.ts';
import { COURIER_OPTION, courierOf } from '../session.ts';
import { identify } from './show.ts';

const LAPTOP = DENSITIES[PRESET_SETTINGS.laptop.density] ?? 25;
/** Pixels on a side of a picture, about; and of a module, at the least. */
const SIDE = 1000;
const LEAST_PIXELS = 4;
/** Codes beyond those that are needed, one for every so many: a few may not come across. */
const SPARE = 10;

export const opticalShow: Command = {
  name: 'optical show',
  summary: 'Write messages as pictures of codes, for any screen or printer',
  arguments: ['FILE'],
  more: 'FILE',
  options: {
    out: { value: 'DIR', help: 'folder for the pictures (PNG)', required: true },
    density: { value: 'V', help: `version of the codes at the most: 6 to 40 (default ${LAPTOP})` },
    frames: { value: 'N', help: 'how many codes (default: as many as are needed, and a tenth more)' },
  },
  examples: ['reseal optical show /media/usb/c12ab34cd-bundle-r1-a1-0123456789ab.reseal --out codes'],
  async run(given, output) {
    const sender = senderFor(given);
    const needed = sender.cut.fragments;
    const frames = given.number('frames', 1, 1_000_000) ?? defaultFrames(needed);
    if (frames < needed)
      throw new UsageError(`--frames: at this density it takes ${needed} codes, found "${frames}".`);
    const version = versionFor(sender.frameBytes);
    const pixels = Math.max(LEAST_PIXELS, Math.floor(SIDE / (17 + 4 * version + 2 * QUIET_ZONE)));
    const out = resolve(given.required('out'));
    makeFolders(out);
    if (readdirSync(out).length > 0)
      throw new UsageError(`${out} is not empty: name a folder that does not exist yet.`, 1);
    const files: string[] = [];
    for (let sequence = 0; sequence < frames; sequence++) {
      const file = join(out, `code-${String(sequence + 1).padStart(String(frames).length, '0')}.png`);
      writeOutput(file, pngOf(draw(sender.frame(sequence), version), pixels));
      files.push(file);
      if (files.length % 500 === 0) output.note(`${files.length} of ${frames} codes …`);
    }
    output.line(
      `${describe(sender.topic)}, ${sender.cut.length} bytes: it takes ${needed} ${needed === 1 ? 'code' : 'codes, whichever'}.`,
    );
    output.line(
      `${files.length} ${files.length === 1 ? 'picture' : 'pictures'} in ${out}, version ${version}.`,
    );
    output.result({
      id: bytesToHex(sender.id),
      messages: given.positionals.length,
      bytes: sender.cut.length,
      version,
      needed,
      files,
    });
    return Promise.resolve(0);
  },
};

function defaultFrames(needed: number): number {
  return needed === 1 ? 1 : needed + Math.ceil(needed / SPARE);
}

/** Opens a sender for the files that are named. */
function senderFor(given: Given): Sender {
  const density = given.number('density', DENSITIES[0], 40) ?? LAPTOP;
  const messages = given.positionals.map((path) => {
    const bytes = readInput(path);
    return { bytes, message: decodeMessage(bytes, path) };
  });
  const [first] = messages;
  if (first === undefined) throw new UsageError('FILE is missing.');
  let body: Uint8Array;
  try {
    body = packBody(messages.map(({ bytes }) => bytes));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      `These are more messages than go together: at most ${MAX_MESSAGES}, of about 17 million bytes. Show fewer at a time.`,
    );
  }
  return openSender(body, topicOf(first.message), capacityOf(density));
}

export const opticalRead: Command = {
  name: 'optical read',
  summary: 'Read pictures of codes, in any order, and put the messages into the courier’s folder',
  arguments: ['PICTURE'],
  more: 'PICTURE',
  options: { courier: COURIER_OPTION },
  examples: ['reseal optical read codes/*.png --courier /media/usb'],
  async run(given, output) {
    const courier = courierOf(given);
    if (!existsSync(courier))
      throw new UsageError(`The folder ${courier} is not there: insert the medium, or make it.`);
    await openDecoder();
    const receiver = new Receiver();
    const heard: { picture: string; all: Heard[] }[] = [];
    for (const picture of given.positionals) {
      const all = (await codesIn(picture)).map((bytes) => receiver.add(bytes));
      heard.push({ picture, all });
      if (!all.some(({ what }) => what !== 'noise'))
        output.note(`${picture}: no code of Reseal was read in it.`);
      if (all.some(({ what }) => what === 'newer'))
        output.note(`${picture}: this code is of a newer version of Reseal than this one.`);
    }
    const bodies = heard
      .flatMap(({ all }) => all)
      .flatMap((one) => (one.what === 'message' ? [...one.messages] : []));
    const messages: Kept[] = [];
    for (const bytes of bodies) messages.push(await keep(courier, bytes, output));
    const unfinished = receiver.progress();
    for (const one of unfinished) output.line(missing(one));
    output.result({
      courier,
      messages,
      unfinished: unfinished.map(({ id, topic, rank, needed, length }) => ({
        ...{ id, about: describe(topic), rank, needed },
        bytes: length,
      })),
      pictures: heard.map(({ picture, all }) => ({
        file: picture,
        codes: all.filter(({ what }) => what !== 'noise' && what !== 'newer').length,
      })),
    });
    const whole = messages.length > 0 && messages.every(({ refused }) => refused === null);
    return whole && unfinished.length === 0 ? 0 : 1;
  },
};

async function codesIn(path: string): Promise<Uint8Array[]> {
  const codes = await codesInFile(readInput(path));
  if (codes === undefined) throw new UsageError(`${path} is not a picture: expected PNG or JPEG.`);
  return codes;
}

/** A message that came across, and why it was not put into the folder, if it was not. */
interface Kept {
  readonly type: Message['type'] | null;
  readonly bytes: number;
  readonly sentence: string | null;
  readonly refused: string | null;
}

/** Puts a message into the courier's folder, unless it is none. Who signed it is judged by whoever takes it from there. */
async function keep(courier: string, bytes: Uint8Array, output: Output): Promise<Kept> {
  try {
    const { type } = decodeMessage(bytes);
    const { sentence } = identify(bytes, 'Message');
    await folderChannel(courier).show(`seen-${type}`, bytes);
    output.line(sentence);
    return { type, bytes: bytes.length, sentence, refused: null };
  } catch (error) {
    if (!(error instanceof CeremonyError || error instanceof CryptoError || error instanceof UsageError))
      throw error;
    output.note(`A message was not taken: ${error.message}`);
    return { type: null, bytes: bytes.length, sentence: null, refused: error.message };
  }
}

function missing({ topic, rank, needed }: Progress): string {
  const more = needed - rank;
  return `${describe(topic)}: ${rank} of ${needed} codes; ${more} more ${more === 1 ? 'is' : 'are'} needed, whichever. Give all pictures again, with further ones.`;
}

/** What a stream of codes says it is about: "Holder 3: round 2 of 5, confirm". */
function describe(topic: Topic): string {
  const words = describeTopic(topic, undefined);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
