/** The worker that reads codes: pictures of a camera go in, messages come out. It fetches nothing; its decoder is in it. */
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url&inline';
import { openJsqr } from '../../../optical/read/jsqr.ts';
import type { Decoder } from '../../../optical/read/picture.ts';
import { openZxing } from '../../../optical/read/zxing.ts';
import { Pixels } from './pixels.ts';
import { Scanner } from './scanner.ts';
import type { FromReader, ToReader } from './words.ts';

const tell = (word: FromReader): void => {
  postMessage(word);
};

let opened: Promise<Scanner> | undefined;
/** The stream that is read; another one, or none, takes its place. */
let current: ReadableStream<VideoFrame> | undefined;
const pixels = new Pixels();

addEventListener('message', ({ data }: MessageEvent<ToReader>) => {
  // The window hears of it as an error of its worker.
  obey(data).catch(reportError);
});

async function obey(word: ToReader): Promise<void> {
  if (word.say === 'open') opened = open(word.decoder);
  const scanner = await opened;
  if (scanner === undefined) return;
  switch (word.say) {
    case 'open':
      return;
    case 'stream':
      current = word.readable;
      scanner.begin();
      return readAll(scanner, word.readable);
    case 'begin':
      current = undefined;
      scanner.begin();
      tell({ say: 'next' });
      return;
    case 'picture':
      await scanner.look(pixels.ofBitmap(word.bitmap), performance.now());
      tell({ say: 'next' });
      return;
    case 'judge':
      scanner.judge(word.id, word.verdict);
      return;
    case 'again':
      scanner.again();
      return;
    case 'looks':
      scanner.wantLooks(word.wanted);
      return;
  }
}

async function open(wanted: 'best' | 'jsqr'): Promise<Scanner> {
  const [decoder, because] = await decoderFor(wanted);
  tell({ say: 'ready', decoder: decoder.name, because });
  return new Scanner(decoder, tell, () => performance.now());
}

async function decoderFor(wanted: 'best' | 'jsqr'): Promise<[Decoder, string | null]> {
  if (wanted === 'jsqr') return [openJsqr(), 'it was asked for'];
  try {
    return [await openZxing(bytesIn(wasm)), null];
  } catch (error) {
    return [openJsqr(), error instanceof Error ? error.message : String(error)];
  }
}

/** Reads the frames of a camera until it ends. Those that come while one is being read are dropped by the browser. */
async function readAll(scanner: Scanner, readable: ReadableStream<VideoFrame>): Promise<void> {
  const reader = readable.getReader();
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) return;
    if (current !== readable) {
      frame.close();
      await reader.cancel();
      return;
    }
    await scanner.look(await pixels.ofFrame(frame), performance.now());
  }
}

/** The bytes in a data URL. It is only taken apart here: loading one would be refused. */
function bytesIn(url: string): Uint8Array {
  return Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
}
