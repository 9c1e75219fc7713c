/** The line at the bottom: what this is about, and what may be seen of it. */
import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { setHelp, useConsole } from '../store.ts';

export function Footer({ facts }: { readonly facts: readonly string[] }): ReactNode {
  const version = useConsole((store) => store.state?.version ?? '');
  return (
    <footer className="footer">
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      <span className="footer-end">This screen may be filmed · shares and secret keys are never shown</span>
      <span>Reseal {version}</span>
      <Button
        kind="quiet"
        keyHint="F1"
        onPress={() => {
          setHelp(true);
        }}
      >
        Keys
      </Button>
    </footer>
  );
}
