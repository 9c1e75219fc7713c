/** The few pictures of the console, drawn on a grid of 20. They always stand beside words, so nobody hears them. */
import type { ReactNode } from 'react';

const PATHS = {
  done: 'M4 10.5l4 4 8-9',
  attention: 'M10 4v8M10 15.5v.5',
  stop: 'M5 5l10 10M15 5L5 15',
  folder: 'M2.5 5.5h5l2 2h8v8.5h-15z',
  file: 'M5 2.5h6.5l3.5 3.5v11.5h-10zM11.5 2.5v3.5h3.5',
  drive: 'M3 11.5h14v4.5h-14zM5 11.5l1.5-7h7l1.5 7M13.5 13.8h1',
  up: 'M10 16v-11M5 10l5-5 5 5',
  back: 'M16 10h-11M10 5l-5 5 5 5',
  down: 'M10 4v11M5 10l5 5 5-5',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  lock: 'M5 9h10v7.5h-10zM7 9v-2.5a3 3 0 0 1 6 0v2.5',
  camera: 'M2.5 6.5h3.5l1.5-2h5l1.5 2h3.5v9.5h-15zM10 8.5a2.75 2.75 0 1 0 0 5.5a2.75 2.75 0 0 0 0-5.5',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4a2 2 0 0 0 0-4',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
