/** A message as a film of codes, for the room and the display there is. */
import { useMemo } from 'react';
import type { Setting } from '../../../optical/symbol/presets.ts';
import { openSender, type Sender } from '../../../optical/wire/sender.ts';
import type { Content } from './content.ts';
import { capacityFor, codesFor, layOut, type Layout } from '../../../optical/symbol/layout.ts';
import type { Film, PlayerState } from './player.ts';
import { Reel } from './reel.ts';

/** Hz, for the first code: it stays until the display has been measured. */
const USUAL_REFRESH_RATE = 60;

/** Frames after which every fragment has been shown: the blocks take turns, and are of nearly equal length. */
export function framesOnce({ cut: { fragments, bounds } }: Pick<Sender, 'cut'>): number {
  const blocks = bounds.length - 1;
  return Math.ceil(fragments / blocks) * blocks;
}

export interface MessageFilm extends Film {
  readonly layout: Layout;
}

/** Null until the message is here and the room is known. */
export function useFilm(
  content: Content | null,
  wanted: Setting,
  { room, refreshRate }: Pick<PlayerState, 'room' | 'refreshRate'>,
): MessageFilm | null {
  const { density, rate, codes } = wanted;
  const layout = useMemo((): Layout | null => {
    if (content === null || room === null || room.width === 0 || room.height === 0) return null;
    const asked = { density, rate, codes };
    return layOut(asked, codesFor(content.body.length), room, refreshRate ?? USUAL_REFRESH_RATE);
  }, [content, density, rate, codes, room, refreshRate]);
  // Codes that were drawn are kept while only their size or speed changes.
  const madeDensity = layout?.density;
  const madeCodes = layout?.codes;
  const reel = useMemo(() => {
    if (content === null || madeDensity === undefined || madeCodes === undefined) return null;
    const sender = openSender(content.body, content.topic, capacityFor(content.body.length, madeDensity));
    const { version } = codesFor(content.body.length)(madeDensity);
    return { sender, reel: new Reel(sender, () => version, madeCodes) };
  }, [content, madeDensity, madeCodes]);
  return useMemo(
    () =>
      content === null || layout === null || reel === null
        ? null
        : {
            key: `${content.id} ${reel.sender.frameBytes}`,
            layout,
            layoutOf: () => layout,
            reel: reel.reel,
            once: framesOnce(reel.sender),
          },
    [content, layout, reel],
  );
}
