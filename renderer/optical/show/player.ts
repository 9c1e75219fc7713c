/**
 * Shows a film of codes on a canvas, refresh by refresh, outside of React: a screen says what is to be shown and whether it
 * runs; everything that changes on the canvas goes through the shutter.
 */
import type { Layout, Room } from '../../../optical/symbol/layout.ts';
import { paint, place } from './paint.ts';
import type { Reel } from './reel.ts';
import { Shutter } from './shutter.ts';

export interface Film {
  /** Another stream of frames has another one; it begins at its first frame. */
  readonly key: string;
  /** How the page that begins with a frame is laid out. */
  readonly layoutOf: (sequence: number) => Layout;
  readonly reel: Reel;
  /** Frames that say everything once. 1: it stands still. */
  readonly once: number;
}

/** What a screen can know of it. Replaced only when something in it changes. */
export interface PlayerState {
  /** Null: not measured yet. */
  readonly room: Room | null;
  /** Of the display, in Hz; null: not measured yet. */
  readonly refreshRate: number | null;
  /** Milliseconds since 1970 at which the first frame was shown. */
  readonly since: number | null;
  /** True when the frames that say everything have all been shown. */
  readonly sentOnce: boolean;
  readonly paused: boolean;
  /** Number of the first frame that is shown, from 0; only while it is paused. */
  readonly position: number | null;
}

const NOTHING = { since: null, sentOnce: false, position: null };

export class Player {
  readonly #shutter = new Shutter();
  #canvas: HTMLCanvasElement | null = null;
  #film: Film | null = null;
  #painted: Film | null = null;
  #sequence = 0;
  /** Pages that a person asked for while it is paused; negative: back. */
  #steps = 0;
  #idle = 0;
  #state: PlayerState = { ...NOTHING, room: null, refreshRate: null, paused: false };
  readonly #listeners = new Set<() => void>();

  readonly get = (): PlayerState => this.#state;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Shows something else, or nothing. The frames of a film with the same key go on where they were. */
  show(film: Film | null): void {
    this.#film = film;
    if (this.#canvas !== null && film === null) this.#canvas.hidden = true;
  }

  setPaused(paused: boolean): void {
    this.#steps = 0;
    this.#set({ paused, position: paused && this.#painted !== null ? this.#sequence : null });
  }

  /** One page on or back, while it is paused. */
  step(by: 1 | -1): void {
    if (this.#state.paused) this.#steps = by;
  }

  /** Begins on this canvas. Returns what ends it. */
  open(canvas: HTMLCanvasElement): () => void {
    this.#canvas = canvas;
    this.#painted = null;
    let turn = requestAnimationFrame(
      function tick(this: Player, time: number) {
        turn = requestAnimationFrame(tick.bind(this));
        this.#refresh(time);
      }.bind(this),
    );
    const measure = (): void => {
      this.#measure();
    };
    const sizes = new ResizeObserver(measure);
    if (canvas.parentElement !== null) sizes.observe(canvas.parentElement);
    // Zooming, and another screen with other pixels.
    window.addEventListener('resize', measure);
    window.addEventListener('scroll', measure);
    return () => {
      cancelAnimationFrame(turn);
      cancelIdleCallback(this.#idle);
      sizes.disconnect();
      window.removeEventListener('resize', measure);
      window.removeEventListener('scroll', measure);
      this.#canvas = null;
    };
  }

  #refresh(time: number): void {
    this.#shutter.refresh(time);
    if (this.#shutter.refreshRate !== this.#state.refreshRate)
      this.#set({ refreshRate: this.#shutter.refreshRate });
    const film = this.#film;
    const next = film === null ? null : this.#next(film);
    if (film === null || next === null) return;
    const layout = film.layoutOf(next);
    if (!this.#shutter.mayChange(time, layout)) return;
    this.#steps = 0;
    this.#paint(film, next, layout);
    this.#shutter.changed(time, layout);
  }

  /** The page that would be shown now; null: it stays as it is. */
  #next(film: Film): number | null {
    if (film !== this.#painted) return film.key === this.#painted?.key ? this.#sequence : 0;
    if (film.once === 1) return null;
    if (!this.#state.paused) return film.reel.after(this.#sequence, 1);
    return this.#steps === 0 ? null : film.reel.after(this.#sequence, this.#steps);
  }

  #paint(film: Film, sequence: number, layout: Layout): void {
    const canvas = this.#canvas;
    if (canvas === null) return;
    paint(canvas, film.reel.page(sequence), layout);
    canvas.hidden = false;
    const isNew = film.key !== this.#painted?.key;
    this.#painted = film;
    this.#sequence = sequence;
    this.#measure();
    const { since, sentOnce, paused } = this.#state;
    this.#set({
      since: isNew ? Date.now() : since,
      sentOnce: (!isNew && sentOnce) || sequence + layout.codes >= film.once,
      position: paused ? sequence : null,
    });
    this.#prepare(film);
  }

  /** Draws the next codes while nothing else is to be done. */
  #prepare(film: Film): void {
    cancelIdleCallback(this.#idle);
    this.#idle = requestIdleCallback(() => {
      if (film.once > 1 && film.reel.prepare(this.#sequence)) this.#prepare(film);
    });
  }

  #measure(): void {
    const frame = this.#canvas?.parentElement?.getBoundingClientRect();
    if (this.#canvas === null || frame === undefined) return;
    const { width, height } = frame;
    const scale = window.devicePixelRatio;
    this.#set({ room: same(this.#state.room, { width, height, scale }) });
    if (this.#painted !== null) place(this.#canvas, frame, this.#painted.layoutOf(this.#sequence), scale);
  }

  #set(changed: Partial<PlayerState>): void {
    const next = { ...this.#state, ...changed };
    const keys = Object.keys(changed) as (keyof PlayerState)[];
    if (keys.every((key) => next[key] === this.#state[key])) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}

/** The old room, if the new one is no other. */
function same(old: Room | null, { width, height, scale }: Room): Room {
  const isSame = old?.width === width && old.height === height && old.scale === scale;
  return isSame ? old : { width, height, scale };
}
