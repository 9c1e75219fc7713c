/** Paints codes onto a canvas, every module a square of whole device pixels, at a place of whole device pixels. */
import { QUIET_ZONE } from '../../../optical/symbol/draw.ts';
import type { Layout } from '../../../optical/symbol/layout.ts';
import type { Page } from './reel.ts';

/** One pixel a module, before it is enlarged. Kept between codes. */
let small: OffscreenCanvas | null = null;

/** Paints a page. The canvas has the size that the layout says. */
export function paint(canvas: HTMLCanvasElement, page: Page, layout: Layout): void {
  const { width, height, pixels } = layout;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  small ??= new OffscreenCanvas(1, 1);
  const modules = pictureOf(page);
  if (small.width !== modules.width) small.width = modules.width;
  if (small.height !== modules.height) small.height = modules.height;
  const enlarged = small.getContext('2d', { alpha: false });
  if (context === null || enlarged === null) return;
  enlarged.putImageData(modules, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, modules.width * pixels, modules.height * pixels);
}

/** Codes side by side with their quiet zones, black on white. */
function pictureOf(page: Page): ImageData {
  const side = (page[0]?.size ?? 0) + 2 * QUIET_ZONE;
  const picture = new ImageData(side * page.length, side);
  const out = new Uint32Array(picture.data.buffer);
  // White and black are the same in either byte order.
  out.fill(0xffffffff);
  const black = new Uint32Array(Uint8Array.of(0, 0, 0, 255).buffer)[0] ?? 0;
  page.forEach(({ size, modules }, code) => {
    for (let row = 0; row < size; row++) {
      const start = (row + QUIET_ZONE) * picture.width + code * side + QUIET_ZONE;
      for (let column = 0; column < size; column++)
        if (modules[row * size + column] === 1) out[start + column] = black;
    }
  });
  return picture;
}

/** Puts the canvas into the middle of its frame, so that its pixels are those of the display. */
export function place(canvas: HTMLCanvasElement, frame: DOMRect, layout: Layout, scale: number): void {
  const width = layout.width / scale;
  const height = layout.height / scale;
  const left = Math.round((frame.left + (frame.width - width) / 2) * scale) / scale - frame.left;
  const top = Math.round((frame.top + (frame.height - height) / 2) * scale) / scale - frame.top;
  // Set by the program and not by markup: the content security policy refuses the latter only.
  const { style } = canvas;
  style.width = `${width}px`;
  style.height = `${height}px`;
  style.left = `${left}px`;
  style.top = `${top}px`;
}
