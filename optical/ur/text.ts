/**
 * URs as text (BCR-2020-005): `ur:<type>/<message>` for a whole message, `ur:<type>/<sequence>-<count>/<part>` for a part
 * of one. Lower case is for people and links; in QR codes the same stands in upper case, which their alphanumeric mode
 * holds in 5½ bits a character. Both are read.
 */
import { decodeBytewords, encodeBytewords } from './bytewords.ts';
import { decodePart, encodePart, MAX_MESSAGE, type UrPart } from './part.ts';

/** Most characters of a type; the longest in the registry (BCR-2020-006) has 21. */
const MAX_TYPE = 64;
/** Most characters of a text: the largest message in one piece. Nothing longer is looked at. */
export const MAX_TEXT = 2 * (MAX_MESSAGE + 4) + MAX_TYPE + 4;

const TYPE = new RegExp(`^[a-z0-9-]{1,${MAX_TYPE}}$`);
const WHOLE = /^ur:([a-z0-9-]+)(?:\/([1-9][0-9]{0,9})-([1-9][0-9]{0,9}))?\/([a-z]+)$/i;

/** What is wrong with a text. */
export type UrFault =
  /** It does not begin with `ur:`. */
  | 'not-a-ur'
  /** It does, but what follows are not a type, perhaps a place in a sequence, and letters. */
  | 'bad-form'
  /** The letters are not Bytewords. */
  | 'not-words'
  /** The checksum of the letters does not fit: something was misread or cut off. */
  | 'bad-checksum'
  /** The letters do not hold a part, or another one than the text says. */
  | 'bad-part'
  /** The message would be larger than is taken here. */
  | 'too-large';

export type ReadUr =
  | { readonly what: 'whole'; readonly type: string; readonly cbor: Uint8Array }
  | { readonly what: 'part'; readonly type: string; readonly part: UrPart }
  | { readonly what: 'fault'; readonly fault: UrFault };

/** True for a type that can stand in a UR, in lower case. */
export function isUrType(type: string): boolean {
  return TYPE.test(type);
}

export function writeWhole(type: string, cbor: Uint8Array): string {
  return `ur:${type}/${encodeBytewords(cbor)}`;
}

export function writePart(type: string, part: UrPart): string {
  return `ur:${type}/${part.sequence}-${part.count}/${encodeBytewords(encodePart(part))}`;
}

/** Reads any text; never throws. */
export function readUr(text: string): ReadUr {
  const fault = (reason: UrFault): ReadUr => ({ what: 'fault', fault: reason });
  if (!/^ur:/i.test(text)) return fault('not-a-ur');
  if (text.length > MAX_TEXT) return fault('too-large');
  const [, anyType = '', sequence, count, letters = ''] = WHOLE.exec(text) ?? [];
  const type = anyType.toLowerCase();
  if (!isUrType(type)) return fault('bad-form');
  const bytes = decodeBytewords(letters.toLowerCase());
  if (typeof bytes === 'string') return fault(bytes);
  if (sequence === undefined)
    return bytes.length === 0 ? fault('bad-part') : { what: 'whole', type, cbor: bytes };
  const part = decodePart(bytes);
  if (part === 'too-large') return fault('too-large');
  if (part?.sequence !== Number(sequence) || part.count !== Number(count)) return fault('bad-part');
  return { what: 'part', type, part };
}
