/** Entry of the window. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import './design/components.css';
import './frame/frame.css';
import './screens/screens.css';
import './optical/show/show.css';
import { Window } from './frame/window.tsx';
import { connect } from './store.ts';

const FONTS = [
  '400 1em "Atkinson Hyperlegible Next"',
  '600 1em "Atkinson Hyperlegible Next"',
  '700 1em "Atkinson Hyperlegible Next"',
  '400 1em "IBM Plex Mono"',
  '600 1em "IBM Plex Mono"',
];

/** Begins once the letters are there, so that nothing moves afterwards; also if they are not. */
async function start(root: HTMLElement): Promise<void> {
  await Promise.allSettled(FONTS.map((font) => document.fonts.load(font)));
  createRoot(root).render(
    <StrictMode>
      <Window />
    </StrictMode>,
  );
  connect();
}

const root = document.getElementById('root');
if (root !== null) void start(root);
