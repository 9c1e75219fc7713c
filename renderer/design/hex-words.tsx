/** Long hex in groups of four, for eyes that compare. A point on a curve begins with a byte of its own. */
import type { ReactNode } from 'react';

export function HexWords({ hex }: { readonly hex: string }): ReactNode {
  const odd = hex.length % 4;
  const groups = [hex.slice(0, odd), ...(hex.slice(odd).match(/.{4}/g) ?? [])];
  return <span className="mono hex">{groups.filter(Boolean).join(' ')}</span>;
}
