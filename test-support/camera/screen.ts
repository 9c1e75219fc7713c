/** What stands in front of the camera: an image in shades of grey, as a display shows it. */
import { QUIET_ZONE, type Matrix } from '../../optical/symbol/draw.ts';
import type { Picture } from '../../optical/read/picture.ts';

export interface Screen {
  /** Row by row, 0 (black) to 255 (white), as the display gets it (sRGB). */
  readonly luma: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const LIGHT = 255;
const DARK = 0;

/** A code with its quiet zone, `pixels` pixels a module. */
export function screenOf(matrix: Matrix, pixels = 3): Screen {
  return sideBySide([matrix], pixels);
}

/** Codes next to each other, each with a quiet zone of its own, `pixels` pixels a module; on white. */
export function sideBySide(matrices: readonly Matrix[], pixels = 3): Screen {
  const sizes = matrices.map(({ size }) => (size + 2 * QUIET_ZONE) * pixels);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const height = Math.max(...sizes);
  const luma = new Uint8Array(width * height).fill(LIGHT);
  let left = 0;
  matrices.forEach(({ size, modules }, index) => {
    for (let row = 0; row < size; row++) {
      const start = (row + QUIET_ZONE) * pixels * width + left + QUIET_ZONE * pixels;
      for (let column = 0; column < size; column++)
        if (modules[row * size + column] === 1)
          luma.fill(DARK, start + column * pixels, start + (column + 1) * pixels);
      for (let line = 1; line < pixels; line++)
        luma.copyWithin(start + line * width, start, start + size * pixels);
    }
    left += sizes[index] ?? 0;
  });
  return { luma, width, height };
}

/** A screen from a picture of it in colour. */
export function screenOfPicture({ data, width, height }: Picture): Screen {
  const luma = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += 4)
    luma[at] = Math.round(
      0.299 * (data[from] ?? 0) + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0),
    );
  return { luma, width, height };
}
