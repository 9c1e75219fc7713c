/** The pixels of a camera's pictures. One piece of memory serves them all, so a picture is gone when the next one comes. */
import type { Picture } from '../../../optical/read/picture.ts';

export class Pixels {
  #data = new Uint8ClampedArray(0);
  #context: OffscreenCanvasRenderingContext2D | null = null;

  /** Copies a frame, and closes it: a camera has few of them. */
  async ofFrame(frame: VideoFrame): Promise<Picture> {
    try {
      const rect = frame.visibleRect;
      const width = rect?.width ?? frame.codedWidth;
      const height = rect?.height ?? frame.codedHeight;
      if (this.#data.length !== width * height * 4) this.#data = new Uint8ClampedArray(width * height * 4);
      await frame.copyTo(this.#data, { format: 'RGBA' });
      return { data: this.#data, width, height };
    } finally {
      frame.close();
    }
  }

  /** The same for a picture that comes by itself. */
  ofBitmap(bitmap: ImageBitmap): Picture {
    const { width, height } = bitmap;
    const canvas = this.#context?.canvas;
    if (canvas?.width !== width || canvas.height !== height)
      this.#context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    const context = this.#context;
    if (context === null) throw new Error('this browser draws nothing in a worker');
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    return { data: context.getImageData(0, 0, width, height).data, width, height };
  }
}
