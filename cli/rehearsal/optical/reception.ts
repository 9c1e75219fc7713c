/**
 * One camera in front of one screen, until everything on it has come across: codes are drawn as on a real screen,
 * photographed by the camera model, read by the decoder of the console, and put together by its receiver. Time is made
 * up: the screen changes RATE times a second, the camera takes PICTURES a second, however long the work takes.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '../../../crypto/bytes.ts';
import { UsageError } from '../../../laptop/errors.ts';
import type { Decoder } from '../../../optical/read/picture.ts';
import { Reader } from '../../../optical/read/reader.ts';
import { capacityOf } from '../../../optical/symbol/draw.ts';
import { DENSITIES, PRESET_SETTINGS } from '../../../optical/symbol/presets.ts';
import { Receiver } from '../../../optical/wire/receiver.ts';
import { openSender, type Sender } from '../../../optical/wire/sender.ts';
import { decodeTopic, NO_TOPIC } from '../../../optical/wire/topic.ts';
import { Camera } from '../../../test-support/camera/camera.ts';
import { uniform } from '../../../test-support/camera/generator.ts';
import { CAMERAS, heldBy, type CameraName } from './cameras.ts';
import { Display } from './display.ts';
import type { Reception } from './statistics.ts';

const SETTING = PRESET_SETTINGS.laptop;
/** Version of the codes at the most. */
export const VERSION = DENSITIES[SETTING.density] ?? 25;
/** Codes a second. */
export const RATE = SETTING.rate;
/** Pictures that a camera takes a second. */
const PICTURES = 30;
/** Share of the receptions whose camera comes late, or still sees the message before, or another laptop in between. */
const SHARE = 0.25;
/** With another laptop in between: share of the pictures that are of its screen. */
const BESIDE = 0.3;
/** Most codes of the message before that are still shown. */
const LEFT_OVER = 6;
/** Pictures in a row that bring nothing new, after which it is given up. */
const PATIENCE = 60;

/** What a screen shows. */
export interface OnScreen {
  /** As `packBody` makes it. */
  readonly body: Uint8Array;
  /** As `encodeTopic` makes it. */
  readonly topic: Uint8Array;
}

/** What a camera is pointed at. It crosses to a thread, so all of it is plain. */
export interface Job {
  /** Whose camera and whose screen, for sentences. */
  readonly from: string;
  readonly to: string;
  readonly seed: string;
  readonly camera: CameraName;
  /** Share of the pictures that are lost, 0 to 1. */
  readonly loss: number;
  readonly shown: OnScreen;
  /** What the same screen showed before. */
  readonly before: OnScreen | undefined;
  /** What other screens show. */
  readonly beside: readonly OnScreen[];
  /** Ids (hex) of bodies that the receiver has. */
  readonly finished: readonly string[];
}

export interface Outcome {
  /** Of the body, hex. */
  readonly id: string;
  readonly messages: readonly Uint8Array[];
  readonly counts: Omit<Reception, 'from' | 'to' | 'messages' | 'interrupted'>;
}

/** Looks at the screen until its messages are there. Throws UsageError when the camera cannot read it. */
export async function receive(job: Job, decoder: Decoder): Promise<Outcome> {
  const next = uniform(numberOf(job.seed));
  const scene = sceneOf(job, next);
  const camera = new Camera({
    pose: heldBy(next),
    conditions: CAMERAS[job.camera],
    seed: Math.floor(next() * 2 ** 32),
  });
  const reader = new Reader(decoder);
  const receiver = new Receiver();
  for (const id of job.finished) receiver.ignore(id);
  const { fragments } = scene.sender.cut;
  const phase = next() / PICTURES;
  let [lost, read, strays, fresh, vain] = [0, 0, 0, 0, 0];
  for (let picture = 0; vain < PATIENCE; picture++) {
    const at = phase + picture / PICTURES;
    if (next() < job.loss) {
      lost += 1;
      continue;
    }
    vain += 1;
    const aside = scene.beside !== undefined && next() < BESIDE ? scene.beside : undefined;
    const display = aside ?? scene.display;
    const { sightings } = await reader.read(camera.photograph((ms) => display.at(ms / 1000), at * 1000));
    for (const { bytes } of sightings) {
      const heard = receiver.add(bytes);
      if (heard.what === 'noise' || heard.what === 'newer') continue;
      read += 1;
      const id = heard.what === 'progress' || heard.what === 'message' ? heard.progress.id : heard.id;
      if (id !== scene.id) strays += 1;
      else if (heard.what === 'message' || (heard.what === 'progress' && heard.fresh)) {
        fresh += 1;
        vain = 0;
      }
      if (heard.what !== 'message' || id !== scene.id) continue;
      // Light was collected until about when the next picture begins.
      const seconds = at + 1 / PICTURES;
      const counts = {
        lost,
        read,
        strays,
        fresh,
        photographed: picture + 1,
        shown: scene.display.shownBy(seconds),
      };
      return {
        id,
        messages: heard.messages,
        counts: { bytes: job.shown.body.length, needed: fragments, seconds, ...counts },
      };
    }
  }
  throw new UsageError(
    `The camera "${job.camera}" of ${job.to} reads too little of the screen of ${job.from}: ${fresh} of ${fragments} codes, and nothing new in ${PATIENCE} pictures. Choose another --camera.`,
    1,
  );
}

interface Scene {
  readonly sender: Sender;
  readonly id: string;
  readonly display: Display;
  /** Another screen that the camera sees in between. */
  readonly beside: Display | undefined;
}

/** Decides by the seed how the codes are met: from the first one, late, after others, or with others in between. */
function sceneOf({ shown, before, beside }: Job, next: () => number): Scene {
  const sender = senderOf(shown);
  const anywhere = (): number => Math.floor(next() * 1000);
  const first = next() < SHARE ? anywhere() : 0;
  const late = next() < SHARE;
  const leftOver =
    late && before !== undefined
      ? { sender: senderOf(before), first: anywhere(), codes: 1 + Math.floor(next() * LEFT_OVER) }
      : undefined;
  const other = next() < SHARE ? beside[Math.floor(next() * beside.length)] : undefined;
  return {
    sender,
    id: bytesToHex(sender.id),
    display: new Display(sender, first, RATE, leftOver),
    beside: other === undefined ? undefined : new Display(senderOf(other), anywhere(), RATE, undefined),
  };
}

function senderOf({ body, topic }: OnScreen): Sender {
  return openSender(body, decodeTopic(topic) ?? NO_TOPIC, capacityOf(VERSION));
}

/** A seed for the generators of the camera model. */
function numberOf(seed: string): number {
  const digest = sha256(utf8ToBytes(seed));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}
