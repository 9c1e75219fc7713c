/** A single code as a file: to be printed, or put into a document. Codes that change are the window's business. */
import qrcode, { type QRCodeSegment } from 'qrcode';
import { UsageError } from './errors.ts';

/** Most characters in a code in alphanumeric mode at error correction L (ISO/IEC 18004, table 7). */
const MOST = 4296;
/** Paper gets dirty: level M where the text is short enough for it. */
const MOST_WITH_M = 3391;
const PIXELS = 8;

/** A picture of a text in alphanumeric mode (capital letters), with the quiet zone. Throws UsageError for one too long. */
export async function codeImage(text: string, form: 'png' | 'svg'): Promise<Uint8Array> {
  if (text.length > MOST)
    throw new UsageError(
      `${text.length} characters do not fit into one code, which holds ${MOST}: print the parts with --fragment instead.`,
      1,
    );
  const segments: QRCodeSegment[] = [{ data: text, mode: 'alphanumeric' }];
  const level = { errorCorrectionLevel: text.length > MOST_WITH_M ? 'L' : 'M' } as const;
  if (form === 'svg')
    return new TextEncoder().encode(await qrcode.toString(segments, { ...level, type: 'svg' }));
  return new Uint8Array(await qrcode.toBuffer(segments, { ...level, type: 'png', scale: PIXELS }));
}
