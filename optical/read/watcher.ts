/** Watches the other laptop's screen in a link test: what of its codes was read, pass by pass, and what they say of ours. */
import { decodeLink, MAX_MEASURES, type LinkFrame, type LinkReport, type Measure } from '../wire/link.ts';

/** One picture of the camera, and the codes in it. */
export interface Look {
  /** Milliseconds of a clock that does not go back. */
  readonly at: number;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly codes: readonly { readonly bytes: Uint8Array; readonly pixelsPerModule: number }[];
}

/** Milliseconds over which pictures are counted. */
const WINDOW = 3000;
/** Places at the beginning of a pass: who has seen one of them has seen all that matters. */
const BEGINNING = 2;

interface Pass {
  readonly number: number;
  /** Seen from its beginning. */
  readonly whole: boolean;
  /** By version and size. */
  readonly seen: Map<string, { readonly frame: LinkFrame; readonly sizes: number[] }>;
}

export class Watcher {
  #own = '';
  #times: number[] = [];
  #size = { width: 0, height: 0 };
  #other: LinkFrame | null = null;
  #current: Pass | null = null;
  #complete: Pass | null = null;
  #about: LinkReport | null = null;
  #lastSeen: number | null = null;

  /** Nonce of this laptop: its own screen may be mirrored in something. With another one nothing was said of it yet. */
  setOwn(nonce: Uint8Array): void {
    if (this.#own === nonce.join(' ')) return;
    this.#own = nonce.join(' ');
    this.#about = null;
  }

  /** The last code that was read of the other screen; null: none yet. */
  get other(): LinkFrame | null {
    return this.#other;
  }

  /** What the other laptop has seen of this screen, as it said last. */
  get about(): LinkReport | null {
    return this.#about;
  }

  /** When a code of the other screen was read last, by the clock of the pictures. */
  get lastSeen(): number | null {
    return this.#lastSeen;
  }

  note({ at, width, height, codes }: Look): void {
    this.#times.push(at);
    while (at - (this.#times[0] ?? at) > WINDOW) this.#times.shift();
    this.#size = { width, height };
    for (const { bytes, pixelsPerModule } of codes) {
      const frame = decodeLink(bytes);
      if (frame === undefined || frame.nonce.join(' ') === this.#own) continue;
      this.#lastSeen = at;
      this.#hear(frame, pixelsPerModule);
      // One code a picture: a mirror shows it twice.
      return;
    }
  }

  #hear(frame: LinkFrame, pixelsPerModule: number): void {
    if (frame.nonce.join(' ') !== this.#other?.nonce.join(' ')) {
      this.#current = null;
      this.#complete = null;
      this.#about = null;
    }
    this.#other = frame;
    if (frame.report?.nonce.join(' ') === this.#own) this.#about = frame.report;
    const current = this.#current;
    if (current !== null && frame.pass > current.number && current.whole) this.#complete = current;
    const pass =
      current?.number === frame.pass
        ? current
        : {
            number: frame.pass,
            // A pass that follows on another one is seen whole, though its first codes be missed.
            whole: frame.place < BEGINNING || current?.number === frame.pass - 1,
            seen: new Map<string, { frame: LinkFrame; sizes: number[] }>(),
          };
    this.#current = pass;
    const key = `${frame.version} ${frame.pixels}`;
    const seen = pass.seen.get(key) ?? { frame, sizes: [] };
    seen.sizes.push(pixelsPerModule);
    if (pass.seen.size < MAX_MEASURES) pass.seen.set(key, seen);
  }

  /** What to tell the other laptop; null while nothing of it was read. */
  report(decoder: LinkReport['decoder']): LinkReport | null {
    const pass = this.#complete ?? this.#current;
    if (pass === null || this.#other === null) return null;
    const rate = this.#rate();
    return {
      nonce: this.#other.nonce,
      pass: pass.number,
      complete: pass === this.#complete,
      camera: { width: this.#size.width, lines: this.#size.height, rate: round(rate, 100) },
      decoder,
      measures: [...pass.seen.values()].map((seen) => measureOf(seen, rate)),
    };
  }

  /** Pictures a second. */
  #rate(): number {
    const span = (this.#times.at(-1) ?? 0) - (this.#times[0] ?? 0);
    return span === 0 ? 0 : ((this.#times.length - 1) * 1000) / span;
  }
}

function measureOf(
  { frame, sizes }: { readonly frame: LinkFrame; readonly sizes: readonly number[] },
  rate: number,
): Measure {
  const { version, pixels, inRow, stays } = frame;
  const pictures = Math.max(1, (rate * inRow * stays) / 1000);
  return {
    version,
    pixels,
    pixelsPerModule: round([...sizes].sort((a, b) => a - b)[sizes.length >> 1] ?? 0, 100),
    hits: round(Math.min(1, sizes.length / pictures), 255),
  };
}

/** As it can be said in a code (optical/wire/link.ts). */
const round = (value: number, parts: number): number => Math.round(value * parts) / parts;
