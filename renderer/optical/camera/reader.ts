/**
 * The window's side of the worker that reads codes. There is one for as long as the window is open, because it remembers
 * what it has read: a message goes on where it was when the screen comes back, and one that is here is not read twice.
 */
import address from './worker.ts?worker&url';
import type { FromReader, Path, ToReader } from './words.ts';

/** What Trusted Types have and the library of TypeScript has not. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): string };
}

/**
 * The one exception that the content security policy makes (electron/security/policy.ts): this address may be a worker. It
 * is taken when the window starts, and can be taken once, so no other code ever gets it.
 */
const policy = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'camera-reader',
  {
    createScriptURL: (asked) => {
      if (asked !== address) throw new TypeError('only the reader of codes may be a worker');
      return asked;
    },
  },
);

/** A track as a stream of frames; not in every browser, and not in the library of TypeScript. */
type TrackProcessor = new (options: { readonly track: MediaStreamTrack; readonly maxBufferSize: number }) => {
  readonly readable: ReadableStream<VideoFrame>;
};
const trackProcessor = (): TrackProcessor | undefined =>
  (globalThis as { readonly MediaStreamTrackProcessor?: TrackProcessor }).MediaStreamTrackProcessor;

export interface ReaderOptions {
  /** The better one of those that this browser can run. */
  readonly decoder: 'best' | 'jsqr';
  readonly path: Path;
}

/** The fastest way that this browser has. */
export function bestOptions(): ReaderOptions {
  return {
    decoder: 'WebAssembly' in globalThis ? 'best' : 'jsqr',
    path: trackProcessor() === undefined ? 'pictures' : 'frames',
  };
}

export class CodeReader {
  #worker: Worker | undefined;
  #listener: ((word: FromReader) => void) | undefined;
  #onFailure: (() => void) | undefined;
  /** The last of what it said about its decoder: said once, wanted by every screen. */
  #ready: Extract<FromReader, { say: 'ready' }> | undefined;

  /** Tells this listener, and no other one, what the worker says. Returns what ends that. */
  listen(listener: (word: FromReader) => void, onFailure: () => void): () => void {
    this.#listener = listener;
    this.#onFailure = onFailure;
    if (this.#ready !== undefined) listener(this.#ready);
    return () => {
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      this.#onFailure = undefined;
    };
  }

  say(word: ToReader, transfer: readonly Transferable[] = []): void {
    this.#worker?.postMessage(word, [...transfer]);
  }

  /** Reads what a camera sees, until it is closed. Returns what ends it. */
  read(track: MediaStreamTrack, video: HTMLVideoElement, options: ReaderOptions = bestOptions()): () => void {
    this.#open(options.decoder);
    const Processor = trackProcessor();
    if (options.path === 'pictures' || Processor === undefined) return this.#readPictures(video);
    const { readable } = new Processor({ track, maxBufferSize: 1 });
    this.say({ say: 'stream', readable }, [readable]);
    return () => undefined;
  }

  /** Ends the worker with all it knows: the next camera begins anew. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = undefined;
  }

  #open(decoder: ReaderOptions['decoder']): void {
    if (this.#worker !== undefined) return;
    // What the policy gives is a string of a kind that may be an address; nothing else would be allowed.
    const worker = new Worker(policy?.createScriptURL(address) ?? address, { type: 'module' });
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromReader>) => {
      if (data.say === 'ready') this.#ready = data;
      // Nobody looks any more: it is read once again when somebody does.
      if (this.#listener === undefined && (data.say === 'message' || data.say === 'resource'))
        this.say({ say: 'judge', id: data.id, verdict: 'unwanted' });
      this.#listener?.(data);
    });
    const failed = (): void => {
      this.close();
      this.#onFailure?.();
    };
    worker.addEventListener('error', failed);
    worker.addEventListener('messageerror', failed);
    this.say({ say: 'open', decoder });
  }

  /** One picture at a time, the newest there is whenever the worker is free. */
  #readPictures(video: HTMLVideoElement): () => void {
    let isFree = false;
    let isOver = false;
    const free = ({ data }: MessageEvent<FromReader>): void => {
      if (data.say === 'next') isFree = true;
    };
    const look = (): void => {
      if (isOver) return;
      video.requestVideoFrameCallback(look);
      if (!isFree) return;
      isFree = false;
      void createImageBitmap(video).then(
        (bitmap) => {
          if (isOver) bitmap.close();
          else this.say({ say: 'picture', bitmap }, [bitmap]);
        },
        () => {
          // A picture that was gone already; the next one is on its way.
          isFree = true;
        },
      );
    };
    this.#worker?.addEventListener('message', free);
    this.say({ say: 'begin' });
    video.requestVideoFrameCallback(look);
    const worker = this.#worker;
    return () => {
      isOver = true;
      worker?.removeEventListener('message', free);
    };
  }
}

/** The one of this window. */
export const codeReader = new CodeReader();
