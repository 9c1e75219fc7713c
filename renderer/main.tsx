/** Entry of the window. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import './design/components.css';
import './frame/frame.css';
import './screens/screens.css';
import { Window } from './frame/window.tsx';
import { connect } from './store.ts';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Window />
    </StrictMode>,
  );
  connect();
}
