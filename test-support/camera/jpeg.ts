/** What JPEG takes away: every block of 8 × 8 goes through the cosine transform, is quantised and comes back (ITU-T T.81). */

/** The table for brightness that the standard suggests (T.81, table K.1), row by row. */
const BRIGHTNESS = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

const cosine = (k: number): number => Math.cos((k * Math.PI) / 16) / 2;
const [C1, C2, C3, C4, C5, C6, C7] = [1, 2, 3, 4, 5, 6, 7].map(cosine) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
/** A double plus this, minus this, is the nearest whole number: several times faster than Math.round. */
const ROUND = 6755399441055744;

/** The quantisation steps at a quality of 1 to 100, scaled as libjpeg does. */
export function stepsAt(quality: number): Float64Array {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float64Array.from(BRIGHTNESS, (step) =>
    Math.max(1, Math.min(255, Math.floor((step * scale + 50) / 100))),
  );
}

/** Changes the part of an image that the rectangle covers, in whole blocks. */
export function compress(
  luma: Uint8ClampedArray,
  width: number,
  { left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
  steps: Float64Array,
): void {
  const height = luma.length / width;
  const block = new Float64Array(64);
  for (let y = top & ~7; y < bottom && y + 8 <= height; y += 8)
    for (let x = left & ~7; x < right && x + 8 <= width; x += 8) {
      const start = y * width + x;
      for (let row = 0; row < 8; row++)
        for (let column = 0; column < 8; column++)
          block[8 * row + column] = luma[start + row * width + column]! - 128;
      for (let row = 0; row < 8; row++) forward(block, 8 * row, 1);
      for (let column = 0; column < 8; column++) forward(block, column, 8);
      for (let at = 0; at < 64; at++) {
        const step = steps[at]!;
        block[at] = (block[at]! / step + ROUND - ROUND) * step;
      }
      for (let column = 0; column < 8; column++) backward(block, column, 8);
      for (let row = 0; row < 8; row++) backward(block, 8 * row, 1);
      for (let row = 0; row < 8; row++)
        for (let column = 0; column < 8; column++)
          luma[start + row * width + column] = block[8 * row + column]! + 128;
    }
}

/** The orthonormal cosine transform of eight numbers, `stride` apart. */
function forward(block: Float64Array, at: number, stride: number): void {
  const [x0, x1, x2, x3] = [
    block[at]!,
    block[at + stride]!,
    block[at + 2 * stride]!,
    block[at + 3 * stride]!,
  ];
  const x4 = block[at + 4 * stride]!;
  const x5 = block[at + 5 * stride]!;
  const x6 = block[at + 6 * stride]!;
  const x7 = block[at + 7 * stride]!;
  const s0 = x0 + x7;
  const s1 = x1 + x6;
  const s2 = x2 + x5;
  const s3 = x3 + x4;
  const d0 = x0 - x7;
  const d1 = x1 - x6;
  const d2 = x2 - x5;
  const d3 = x3 - x4;
  block[at] = (s0 + s1 + s2 + s3) * C4;
  block[at + 4 * stride] = (s0 - s1 - s2 + s3) * C4;
  block[at + 2 * stride] = (s0 - s3) * C2 + (s1 - s2) * C6;
  block[at + 6 * stride] = (s0 - s3) * C6 - (s1 - s2) * C2;
  block[at + stride] = d0 * C1 + d1 * C3 + d2 * C5 + d3 * C7;
  block[at + 3 * stride] = d0 * C3 - d1 * C7 - d2 * C1 - d3 * C5;
  block[at + 5 * stride] = d0 * C5 - d1 * C1 + d2 * C7 + d3 * C3;
  block[at + 7 * stride] = d0 * C7 - d1 * C5 + d2 * C3 - d3 * C1;
}

/** Its inverse, which is its transpose. */
function backward(block: Float64Array, at: number, stride: number): void {
  const x1 = block[at + stride]!;
  const x2 = block[at + 2 * stride]!;
  const x3 = block[at + 3 * stride]!;
  const x5 = block[at + 5 * stride]!;
  const x6 = block[at + 6 * stride]!;
  const x7 = block[at + 7 * stride]!;
  const a = (block[at]! + block[at + 4 * stride]!) * C4;
  const b = (block[at]! - block[at + 4 * stride]!) * C4;
  const e0 = x2 * C2 + x6 * C6;
  const e1 = x2 * C6 - x6 * C2;
  const o0 = x1 * C1 + x3 * C3 + x5 * C5 + x7 * C7;
  const o1 = x1 * C3 - x3 * C7 - x5 * C1 - x7 * C5;
  const o2 = x1 * C5 - x3 * C1 + x5 * C7 + x7 * C3;
  const o3 = x1 * C7 - x3 * C5 + x5 * C3 - x7 * C1;
  block[at] = a + e0 + o0;
  block[at + 7 * stride] = a + e0 - o0;
  block[at + stride] = b + e1 + o1;
  block[at + 6 * stride] = b + e1 - o1;
  block[at + 2 * stride] = b - e1 + o2;
  block[at + 5 * stride] = b - e1 - o2;
  block[at + 3 * stride] = a - e0 + o3;
  block[at + 4 * stride] = a - e0 - o3;
}
