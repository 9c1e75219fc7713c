/** Draws text, such as URs in upper case, as QR codes in alphanumeric mode; otherwise as draw.ts draws bytes. */
import qrcode from 'qrcode';
import { CAPACITY, capacityOf, MASK, type Matrix } from './draw.ts';

/** What alphanumeric mode holds (ISO/IEC 18004, table 5). There are no small letters among it. */
const ALPHANUMERIC = /^[0-9A-Z $%*+./:-]*$/;

/**
 * Characters that a code of this version holds in alphanumeric mode at error correction L: two take 11 bits, one takes 6,
 * behind 4 bits for the mode and 9, 11 or 13 for their number (ISO/IEC 18004, 7.4.4 and table 3).
 */
export function textCapacityOf(version: number): number {
  // In byte mode 12 bits are mode and number up to version 9, later 20: in whole bytes 2 or 3.
  const bits = 8 * (capacityOf(version) + (version <= 9 ? 2 : 3));
  const left = bits - 4 - (version <= 9 ? 9 : version <= 26 ? 11 : 13);
  return 2 * Math.floor(left / 11) + (left % 11 >= 6 ? 1 : 0);
}

/** The smallest version that holds so many characters in alphanumeric mode. Throws RangeError when none does. */
export function textVersionFor(characters: number): number {
  const at = CAPACITY.findIndex((_, index) => textCapacityOf(index + 1) >= characters);
  if (at < 0) throw new RangeError(`no QR code holds ${characters} characters`);
  return at + 1;
}

/**
 * Draws text as a code of this version; without one, the smallest. Throws RangeError for characters that alphanumeric
 * mode does not have, and for text that does not fit.
 */
export function drawText(text: string, version = textVersionFor(text.length)): Matrix {
  if (!ALPHANUMERIC.test(text))
    throw new RangeError(
      'a code in alphanumeric mode holds digits, capital letters, spaces and $%*+-./: only',
    );
  if (text.length > textCapacityOf(version))
    throw new RangeError(`${text.length} characters do not fit into a QR code of version ${version}`);
  const { modules } = qrcode.create([{ data: text, mode: 'alphanumeric' }], {
    errorCorrectionLevel: 'L',
    version,
    maskPattern: MASK,
  });
  return { version, size: modules.size, modules: Uint8Array.from(modules.data, Number) };
}
