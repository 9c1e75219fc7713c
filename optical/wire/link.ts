/**
 * One code of the link test: two laptops show such codes to each other and say in them what they have seen of the other's
 * screen so far. A code has the size that its density has, whatever it says. Big-endian, offsets in bytes:
 *
 *      0  "RS"
 *      2  version: 1
 *      3  kind: 1
 *      4  nonce of the laptop that shows it (8), another one in every test
 *     12  sequence number (4)
 *     16  pass through all versions and sizes (2), from 0
 *     18  place of the code in its pass (1), and codes of one version and size in a row (1)
 *     20  version of this code (1), and device pixels of its module (1)
 *     22  milliseconds that it stays (2)
 *     24  the screen: width and height in device pixels, hundredths of device pixels in a CSS pixel, hundredths of
 *         refreshes a second (2 each)
 *     32  whose screen is reported on: a nonce (8); zeros: no report, and the rest of it is zeros
 *     40  pass that is reported on (2), and 1 if it was seen from its beginning to its end (1)
 *     43  camera: width and lines (2 each), hundredths of pictures a second (2)
 *     49  decoder (1): 0 none, 1 zxing, 2 jsqr
 *     50  number of measures (1), at most 14; each:
 *           version (1), device pixels of its module as shown (1), hundredths of camera pixels a module (2), pictures in
 *           which it was read, of 255 (1)
 *      …  filler, so that the code is as dense as its version
 *      …  CRC-32 over all before (4)
 */
import { capacityOf } from '../symbol/draw.ts';
import { crc32 } from './crc32.ts';
import { FRAME_VERSION } from './frame.ts';

export const LINK_NONCE_BYTES = 8;
/** Most sizes of codes that are reported on: what the smallest code has room for. */
export const MAX_MEASURES = 14;
const LINK = 1;
const MEASURES = 51;
const MEASURE_BYTES = 5;
/** The smallest code that every report fits into. */
export const MIN_LINK_VERSION = 6;

/** Decoders, by their number on the wire. */
export const DECODERS = ['none', 'zxing', 'jsqr'] as const;

/** A screen on which codes are shown. */
export interface LinkScreen {
  /** Device pixels that there are for codes. */
  readonly width: number;
  readonly height: number;
  /** Device pixels in a CSS pixel, in whole hundredths. */
  readonly scale: number;
  /** Hz, in whole hundredths. */
  readonly refreshRate: number;
}

/** What was seen of codes of one version and size. */
export interface Measure {
  readonly version: number;
  /** Device pixels of the other screen on a side of a module, as its codes said. */
  readonly pixels: number;
  /** Camera pixels on a side of a module, in whole hundredths. */
  readonly pixelsPerModule: number;
  /** Share of the pictures in which one was read, 0 to 1, in whole parts of 255. */
  readonly hits: number;
}

/** What a laptop has seen of another one's screen. Codes that are not in it were not read. */
export interface LinkReport {
  /** Of the laptop whose screen it is. */
  readonly nonce: Uint8Array;
  readonly pass: number;
  /** The pass was seen from its beginning to its end. */
  readonly complete: boolean;
  readonly camera: {
    /** Pixels. */
    readonly width: number;
    readonly lines: number;
    /** Pictures a second, in whole hundredths. */
    readonly rate: number;
  };
  readonly decoder: (typeof DECODERS)[number];
  readonly measures: readonly Measure[];
}

export interface LinkFrame {
  readonly nonce: Uint8Array;
  readonly sequence: number;
  readonly pass: number;
  readonly place: number;
  /** Codes of one version and size in a row. */
  readonly inRow: number;
  readonly version: number;
  /** Device pixels on a side of a module. */
  readonly pixels: number;
  /** Milliseconds that it stays. */
  readonly stays: number;
  readonly screen: LinkScreen;
  readonly report: LinkReport | null;
}

const START = [0x52, 0x53, FRAME_VERSION, LINK] as const;
const hundredths = (value: number): number => Math.min(65535, Math.round(value * 100));

/** As long as a code of its version holds. Throws RangeError for a version below 6, and for too many measures. */
export function encodeLink(frame: LinkFrame): Uint8Array {
  const { screen, report } = frame;
  if (frame.version < MIN_LINK_VERSION || (report?.measures.length ?? 0) > MAX_MEASURES)
    throw new RangeError('a code of the link test that has no room for its report');
  const out = filler(capacityOf(frame.version), frame.sequence);
  const view = new DataView(out.buffer);
  out.set(START);
  out.set(frame.nonce, 4);
  view.setUint32(12, frame.sequence);
  view.setUint16(16, frame.pass);
  out.set([frame.place, frame.inRow, frame.version, frame.pixels], 18);
  view.setUint16(22, frame.stays);
  view.setUint16(24, screen.width);
  view.setUint16(26, screen.height);
  view.setUint16(28, hundredths(screen.scale));
  view.setUint16(30, hundredths(screen.refreshRate));
  out.fill(0, 32, MEASURES);
  if (report !== null) writeReport(out, view, report);
  view.setUint32(out.length - 4, crc32(out.subarray(0, out.length - 4)));
  return out;
}

function writeReport(out: Uint8Array, view: DataView, report: LinkReport): void {
  out.set(report.nonce, 32);
  view.setUint16(40, report.pass);
  out[42] = report.complete ? 1 : 0;
  view.setUint16(43, report.camera.width);
  view.setUint16(45, report.camera.lines);
  view.setUint16(47, hundredths(report.camera.rate));
  out[49] = DECODERS.indexOf(report.decoder);
  out[50] = report.measures.length;
  report.measures.forEach((measure, index) => {
    const at = MEASURES + index * MEASURE_BYTES;
    out[at] = measure.version;
    out[at + 1] = measure.pixels;
    view.setUint16(at + 2, hundredths(measure.pixelsPerModule));
    out[at + 4] = Math.round(measure.hits * 255);
  });
}

/** Undefined for whatever is not a whole code of the link test of this version. */
export function decodeLink(bytes: Uint8Array): LinkFrame | undefined {
  if (bytes.length < capacityOf(MIN_LINK_VERSION)) return undefined;
  if (START.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(bytes.length - 4) !== crc32(bytes.subarray(0, bytes.length - 4))) return undefined;
  const [place = 0, inRow = 0, version = 0, pixels = 0] = bytes.subarray(18, 22);
  if (version < MIN_LINK_VERSION || version > 40 || bytes.length !== capacityOf(version)) return undefined;
  const screen = {
    width: view.getUint16(24),
    height: view.getUint16(26),
    scale: view.getUint16(28) / 100,
    refreshRate: view.getUint16(30) / 100,
  };
  const stays = view.getUint16(22);
  // Whatever is divided by.
  if (inRow === 0 || pixels === 0 || stays === 0 || screen.scale === 0 || screen.refreshRate === 0)
    return undefined;
  const report = readReport(bytes, view);
  if (report === undefined) return undefined;
  return {
    nonce: bytes.slice(4, 12),
    sequence: view.getUint32(12),
    pass: view.getUint16(16),
    place,
    inRow,
    version,
    pixels,
    stays,
    screen,
    report,
  };
}

/** Null: there is none. Undefined: it is not one. */
function readReport(bytes: Uint8Array, view: DataView): LinkReport | null | undefined {
  const nonce = bytes.slice(32, 32 + LINK_NONCE_BYTES);
  if (nonce.every((byte) => byte === 0)) return null;
  const decoder = DECODERS[bytes[49] ?? 0];
  const count = bytes[50] ?? 0;
  const complete = bytes[42] ?? 0;
  if (decoder === undefined || count > MAX_MEASURES || complete > 1) return undefined;
  const measures = Array.from({ length: count }, (_, index): Measure => {
    const at = MEASURES + index * MEASURE_BYTES;
    return {
      version: bytes[at] ?? 0,
      pixels: bytes[at + 1] ?? 0,
      pixelsPerModule: view.getUint16(at + 2) / 100,
      hits: (bytes[at + 4] ?? 0) / 255,
    };
  });
  if (measures.some(({ version, pixels }) => version < 1 || version > 40 || pixels === 0)) return undefined;
  return {
    nonce,
    pass: view.getUint16(40),
    complete: complete === 1,
    camera: {
      width: view.getUint16(43),
      lines: view.getUint16(45),
      rate: view.getUint16(47) / 100,
    },
    decoder,
    measures,
  };
}

/** Bytes that look like a message: Knuth's multiplicative hash of place and sequence number. */
function filler(length: number, sequence: number): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, at) => Math.imul(at + Math.imul(sequence, 2953), 2_654_435_761) >>> 24,
  );
}
