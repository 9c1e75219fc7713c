/** The canvas on which codes are shown, as large as its frame allows. */
import { useEffect, useRef, type ReactNode } from 'react';
import type { Film, Player } from './player.ts';

export function Codes({
  player,
  film,
  label,
  children,
}: {
  readonly player: Player;
  /** Null: nothing is shown. */
  readonly film: Film | null;
  /** What it is a picture of, for those who listen. */
  readonly label: string;
  /** In its place, while there is nothing to show. */
  readonly children?: ReactNode;
}): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : player.open(canvas.current)), [player]);
  useEffect(() => {
    player.show(film);
  }, [player, film]);
  return (
    <div className="show-stage">
      <canvas ref={canvas} className="show-canvas" role="img" aria-label={label} hidden />
      {film === null ? children : null}
    </div>
  );
}
