/** In a ceremony: what is needed on paper, once the words are compared that stand on every page of it. */
import type { ReactNode } from 'react';
import type { CeremonyState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { go } from '../store.ts';
import type { View } from '../views.ts';

export function CeremonyDocuments({
  ceremony,
  from,
}: {
  readonly ceremony: CeremonyState | undefined;
  readonly from: View;
}): ReactNode {
  if (ceremony === undefined || ceremony.code === null) return null;
  return (
    <Button
      kind="quiet"
      icon="file"
      onPress={() => {
        go({ screen: 'documents', of: { ceremony: ceremony.id }, from });
      }}
    >
      Scripts and forms on paper
    </Button>
  );
}
