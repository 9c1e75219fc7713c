/** A UR as a film of codes in alphanumeric mode: one that stands still where it fits, otherwise its endless parts. */
import { clampDensity, layOut, type CodesAt, type Layout } from '../../../optical/symbol/layout.ts';
import { textCapacityOf, textVersionFor } from '../../../optical/symbol/draw-text.ts';
import { DENSITIES, type Setting } from '../../../optical/symbol/presets.ts';
import { largestFragment, openUrSender, type UrSender } from '../../../optical/ur/sender.ts';
import type { Film, PlayerState } from './player.ts';
import { Reel } from './reel.ts';

export interface UrFilm extends Film {
  readonly layout: Layout;
}

const USUAL_REFRESH_RATE = 60;

/** The sender of a UR for codes of a density. */
function senderFor(type: string, cbor: Uint8Array, density: number): UrSender {
  const version = DENSITIES[clampDensity(density)] ?? DENSITIES[0];
  const most = largestFragment(type, cbor.length, textCapacityOf(version));
  // The coarsest code holds a fragment of every type there is.
  return openUrSender(type, cbor, most ?? 10);
}

/** Null until the room is known. */
export function urFilm(
  type: string,
  cbor: Uint8Array,
  wanted: Setting,
  { room, refreshRate }: Pick<PlayerState, 'room' | 'refreshRate'>,
): UrFilm | null {
  if (room === null || room.width === 0 || room.height === 0) return null;
  const codesAt: CodesAt = (density) => {
    const sender = senderFor(type, cbor, density);
    return sender.count === 1
      ? { version: textVersionFor(sender.part(1).length), frames: 1 }
      : { version: DENSITIES[clampDensity(density)] ?? DENSITIES[0], frames: sender.count };
  };
  const layout = layOut({ ...wanted, codes: 1 }, codesAt, room, refreshRate ?? USUAL_REFRESH_RATE);
  const sender = senderFor(type, cbor, layout.density);
  return {
    key: `${type} ${sender.size} ${sender.part(1).slice(-8)}`,
    layout,
    layoutOf: () => layout,
    reel: new Reel({ frame: (sequence) => sender.part(sequence + 1).toUpperCase() }, () => layout.version, 1),
    once: sender.count,
  };
}
