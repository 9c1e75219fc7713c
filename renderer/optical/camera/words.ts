/** What the window and the worker that reads codes say to each other. */
import type { Decoder, Point } from '../../../optical/read/picture.ts';
import type { Look } from '../../../optical/read/watcher.ts';

/** How pictures come to the worker: as a stream of frames, or one by one where the browser has no such stream. */
export type Path = 'frames' | 'pictures';

export type ToReader =
  /** Comes first. `jsqr`: even where the other decoder would open. */
  | { readonly say: 'open'; readonly decoder: 'best' | 'jsqr' }
  /** Pictures of a camera, transferred. It takes the place of the one before. */
  | { readonly say: 'stream'; readonly readable: ReadableStream<VideoFrame> }
  /** A camera whose pictures come one by one. */
  | { readonly say: 'begin' }
  /** One picture, transferred. `next` asks for another one. */
  | { readonly say: 'picture'; readonly bitmap: ImageBitmap }
  /** `done`: it is here, never again. `unwanted`: not now. */
  | { readonly say: 'judge'; readonly id: string; readonly verdict: 'wanted' | 'done' | 'unwanted' }
  /** Something else is awaited: what was unwanted may be wanted now. */
  | { readonly say: 'again' }
  /** True: each picture is told of with what was read in it, and nothing else is made of it. */
  | { readonly say: 'looks'; readonly wanted: boolean };

export type FromReader =
  /** `because`: why it is not the better one. */
  | { readonly say: 'ready'; readonly decoder: Decoder['name']; readonly because: string | null }
  | { readonly say: 'next' }
  | { readonly say: 'look'; readonly look: Look }
  /** At most five times a second. */
  | { readonly say: 'report'; readonly report: ScanReport }
  /** The first frame of a message. `topic`: eight bytes, optical/wire/topic.ts. */
  | { readonly say: 'heard'; readonly id: string; readonly topic: Uint8Array }
  | { readonly say: 'message'; readonly id: string; readonly messages: readonly Uint8Array[] }
  /** The first code of a UR: something of other people's wallets. It is judged like a message. */
  | { readonly say: 'ur'; readonly id: string; readonly type: string }
  | { readonly say: 'resource'; readonly id: string; readonly type: string; readonly cbor: Uint8Array }
  /** The code of a share sheet, once for every camera that is opened. As secret as the sheet. */
  | { readonly say: 'sheet'; readonly text: string }
  /** All frames were there, and their sum is not what it should be. It is read again. */
  | { readonly say: 'spoilt'; readonly id: string };

/** `unread`: found, and too small or blurred to be read. `foreign`: not of this program. `newer`: of a later version of it. */
export type CodeState = 'wanted' | 'done' | 'unwanted' | 'unread' | 'foreign' | 'newer';

/** A code that is in the picture. */
export interface SeenCode {
  readonly corners: readonly Point[];
  readonly state: CodeState;
  /** Of its message; null where it is none of ours, or not read. */
  readonly id: string | null;
}

/** The message that is coming in, or the UR. */
export interface Incoming {
  readonly id: string;
  /** Frames that said something new, and how many it takes. */
  readonly rank: number;
  readonly needed: number;
  /** Bytes of the whole body. */
  readonly length: number;
  /** Milliseconds since its last frame. */
  readonly sinceFrame: number;
}

/** How scanning goes. */
export interface ScanReport {
  /** Of the camera's pictures, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly codes: readonly SeenCode[];
  readonly incoming: Incoming | null;
  /** Pictures in which a code was read, 0 to 1. */
  readonly hitRate: number;
  readonly pixelsPerModule: number | null;
  /** Camera pictures a second. */
  readonly pictures: number;
  /** Until the message is whole; null: not known. */
  readonly secondsLeft: number | null;
  /** One sentence; null while all goes well. */
  readonly advice: string | null;
}
