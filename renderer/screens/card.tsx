/** Introduces this laptop: makes its enrolment card, and shows the words to compare aloud. */
import { useState, type ReactNode } from 'react';
import type { CardSummary } from '../../electron/ipc/documents.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { Next, Notice, Refused } from '../design/notice.tsx';
import { BigWords } from '../design/words-field.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { outgoingOf, showSubject } from '../optical/outgoing.ts';
import { goHome, say, useAction } from '../store.ts';
import { moment } from '../time.ts';
import { CourierNeeded } from './courier-needed.tsx';

export function CardScreen({ state }: { readonly state: ConsoleState }): ReactNode {
  const make = useAction('card:make', 'Making the card');
  const [card, setCard] = useState<CardSummary>();
  const ready = state.courier?.state === 'ready';
  const byCamera = state.courier?.by === 'camera';
  const show = (): void => {
    showSubject('card', { screen: 'card' });
  };
  // One that was made before can be shown again.
  const canShow = byCamera && (card !== undefined || outgoingOf(state, 'card') !== undefined);
  useKeys({ Escape: goHome, s: canShow ? show : undefined });
  const words = card?.words ?? state.laptop?.identity.words ?? [];
  return (
    <Screen
      name="card"
      focus={card === undefined ? 'card' : 'card made'}
      title={
        card === undefined
          ? 'Introduce this laptop'
          : byCamera
            ? 'The card is made'
            : 'The card lies in the courier’s folder'
      }
      lead={
        card === undefined
          ? 'The others need its enrolment card before they can plan with it. The card is public: it says who you are and how to seal messages for this laptop.'
          : `${byCamera ? 'Show it' : 'Give the folder'} to whoever makes the plan. Then read the words below aloud, so that they know the card is yours.`
      }
      actions={
        <>
          {card === undefined ? (
            <Button
              kind="main"
              off={make.busy || !ready}
              onPress={() =>
                void make.run({}).then((result) => {
                  if (!result.ok) return;
                  setCard(result.value);
                  say(byCamera ? 'The card is made.' : 'The card lies in the courier’s folder.');
                })
              }
            >
              Make the card
            </Button>
          ) : null}
          {canShow ? (
            <Button kind={card === undefined ? 'plain' : 'main'} keyHint="S" onPress={show}>
              Show the card
            </Button>
          ) : null}
          <Button
            icon="back"
            keyHint="Escape"
            kind={card === undefined || canShow ? 'plain' : 'main'}
            onPress={goHome}
          >
            To the first screen
          </Button>
        </>
      }
    >
      <CourierNeeded state={state} from={{ screen: 'card' }} />
      <Refused failure={make.failure} />
      <Card title="Words of this laptop">
        <BigWords words={words} label="Words of this laptop" />
        <p className="quiet">The same words must appear beside your name on the other screen.</p>
      </Card>
      {card === undefined ? null : (
        <>
          <Notice tone="done">
            <p>
              Made {moment(card.created)}
              {byCamera ? null : (
                <span className="not-projected">
                  , as <span className="mono path">{card.source}</span>
                </span>
              )}
              .
            </p>
            <Next>one card is for one key. Make another one for the next key.</Next>
          </Notice>
          <Card>
            <Facts>
              <Fact label="Custodian">{card.name}</Fact>
              <Fact label="Laptop">{card.laptop}</Fact>
              <Fact label="For">{card.rehearsal ? 'rehearsals' : 'real keys'}</Fact>
            </Facts>
          </Card>
        </>
      )}
    </Screen>
  );
}
