/** Reads codes with jsQR, in plain JavaScript: slower and less sure, for where WebAssembly is not allowed. */
import jsqr from 'jsqr';
import { modulesOf } from '../symbol/draw.ts';
import { crop, pixelsPerModule, sightingAt, type Decoder, type Picture, type Sighting } from './picture.ts';

export function openJsqr(): Decoder {
  return {
    name: 'jsqr',
    decode(picture, most) {
      if (most > 1) {
        // It looks for one code only, and two in a picture confuse it. Ours stand side by side.
        const halves = halve(picture);
        if (halves.length > 0) return Promise.resolve(halves);
      }
      return Promise.resolve(one(picture));
    },
  };
}

function one({ data, width, height }: Picture): Sighting[] {
  const found = jsqr.default(data, width, height, { inversionAttempts: 'dontInvert' });
  // Version 7 and above say their version, and damaged ones a wrong one.
  if (found === null || found.version < 1 || found.version > 40) return [];
  const { topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner } = found.location;
  const corners = [topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner] as const;
  return [
    {
      bytes: Uint8Array.from(found.binaryData),
      corners,
      version: found.version,
      pixelsPerModule: pixelsPerModule(corners, modulesOf(found.version)),
    },
  ];
}

function halve(picture: Picture): Sighting[] {
  const { width, height } = picture;
  const middle = width >> 1;
  return [
    { x: 0, y: 0, width: middle, height },
    { x: middle, y: 0, width: width - middle, height },
  ].flatMap((half) => one(crop(picture, half)).map((sighting) => sightingAt(sighting, half, 1)));
}
