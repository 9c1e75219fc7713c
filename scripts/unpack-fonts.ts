/**
 * Unpacks the fonts of printed pages from the packages that the window takes them from: WOFF to TrueType, table by table,
 * nothing else changed. pdfkit's reader runs past the end of the glyphs in a packed font. `node scripts/unpack-fonts.ts`
 * writes assets/fonts; run it again after an update of the packages.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';

const ROOT = resolve(import.meta.dirname, '..');
const PACKAGES = join(ROOT, 'node_modules', '@fontsource');
const TARGET = join(ROOT, 'assets', 'fonts');

/** Family, weights and scripts that pages need. Atkinson Hyperlegible Next has no Cyrillic. */
const FONTS = [
  { family: 'atkinson-hyperlegible-next', weights: [400, 700], scripts: ['latin', 'latin-ext'] },
  { family: 'ibm-plex-mono', weights: [400, 600], scripts: ['latin', 'latin-ext', 'cyrillic'] },
] as const;

/** The TrueType font inside a WOFF 1.0 file (W3C Recommendation, 2012, §3 to §5). */
export function unpackWoff(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('this is no WOFF 1.0 file');
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, at) => {
    const entry = 44 + 20 * at;
    const offset = woff.readUInt32BE(entry + 4);
    const packed = woff.subarray(offset, offset + woff.readUInt32BE(entry + 8));
    const length = woff.readUInt32BE(entry + 12);
    return {
      tag: woff.subarray(entry, entry + 4),
      checksum: woff.subarray(entry + 16, entry + 20),
      bytes: packed.length < length ? inflateSync(packed) : packed,
    };
  });
  const log = Math.floor(Math.log2(count));
  const header = Buffer.alloc(12 + 16 * count);
  woff.copy(header, 0, 4, 8);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(16 * 2 ** log, 6);
  header.writeUInt16BE(log, 8);
  header.writeUInt16BE(16 * (count - 2 ** log), 10);
  const parts: Buffer[] = [header];
  let offset = header.length;
  for (const [at, { tag, checksum, bytes }] of tables.entries()) {
    const entry = 12 + 16 * at;
    tag.copy(header, entry);
    checksum.copy(header, entry + 4);
    header.writeUInt32BE(offset, entry + 8);
    header.writeUInt32BE(bytes.length, entry + 12);
    const padding = (4 - (bytes.length % 4)) % 4;
    parts.push(bytes, Buffer.alloc(padding));
    offset += bytes.length + padding;
  }
  return Buffer.concat(parts);
}

if (import.meta.main) {
  mkdirSync(TARGET, { recursive: true });
  for (const { family, weights, scripts } of FONTS) {
    for (const weight of weights)
      for (const script of scripts) {
        const name = `${family}-${script}-${weight}-normal`;
        const woff = readFileSync(join(PACKAGES, family, 'files', `${name}.woff`));
        writeFileSync(join(TARGET, `${name}.ttf`), unpackWoff(woff));
      }
    copyFileSync(join(PACKAGES, family, 'LICENSE'), join(TARGET, `LICENSE-${family}.txt`));
  }
}
