/** Draws frames as QR codes: byte mode, error correction L, always the same mask. Error correction is the fountain's business. */
import qrcode from 'qrcode';

/** Bytes that a code of version 1 to 40 holds in byte mode at error correction L (ISO/IEC 18004, table 7). */
export const CAPACITY: readonly number[] = [
  17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792, 858, 929, 1003,
  1091, 1171, 1273, 1367, 1465, 1528, 1628, 1732, 1840, 1952, 2068, 2188, 2303, 2431, 2563, 2699, 2809, 2953,
];
/** Light modules around a code that belong to it (ISO/IEC 18004, 6.3.8). */
export const QUIET_ZONE = 4;
/** Looking for the best of eight masks takes seven times as long, and readers do not care. */
export const MASK = 3;

/** A code without its quiet zone. */
export interface Matrix {
  readonly version: number;
  /** Modules on a side. */
  readonly size: number;
  /** Row by row: 1 is dark. */
  readonly modules: Uint8Array;
}

export function capacityOf(version: number): number {
  const capacity = CAPACITY[version - 1];
  if (capacity === undefined) throw new RangeError(`there is no QR code of version ${version}`);
  return capacity;
}

/** The smallest version that holds this many bytes. Throws RangeError when none does. */
export function versionFor(bytes: number): number {
  const at = CAPACITY.findIndex((capacity) => capacity >= bytes);
  if (at < 0) throw new RangeError(`no QR code holds ${bytes} bytes`);
  return at + 1;
}

/** Modules on a side of a code, without its quiet zone. */
export const modulesOf = (version: number): number => 17 + 4 * version;

/** Draws bytes as a code of this version; without one, the smallest. Throws RangeError when they do not fit. */
export function draw(bytes: Uint8Array, version = versionFor(bytes.length)): Matrix {
  if (bytes.length > capacityOf(version))
    throw new RangeError(`${bytes.length} bytes do not fit into a QR code of version ${version}`);
  const { modules } = qrcode.create([{ data: bytes, mode: 'byte' }], {
    errorCorrectionLevel: 'L',
    version,
    maskPattern: MASK,
  });
  return { version, size: modules.size, modules: Uint8Array.from(modules.data, Number) };
}
