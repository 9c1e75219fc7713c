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
import { goHome, say, useAction } from '../store.ts';
import { moment } from '../time.ts';
import { CourierNeeded } from './courier-needed.tsx';

export function CardScreen({ state }: { readonly state: ConsoleState }): ReactNode {
  const make = useAction('card:make', 'Making the card');
  const [card, setCard] = useState<CardSummary>();
  useKeys({ Escape: goHome });
  const ready = state.courier?.state === 'ready';
  const words = card?.words ?? state.laptop?.identity.words ?? [];
  return (
    <Screen
      name="card"
      focus={card === undefined ? 'card' : 'card made'}
      title={card === undefined ? 'Introduce this laptop' : 'The card lies in the courier’s folder'}
      lead={
        card === undefined
          ? 'The others need its enrolment card before they can plan with it. The card is public: it says who you are and how to seal messages for this laptop.'
          : 'Give the folder to whoever makes the plan. Then read the words below aloud, so that they know the card is yours.'
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
                  say('The card lies in the courier’s folder.');
                })
              }
            >
              Make the card
            </Button>
          ) : null}
          <Button icon="back" keyHint="Escape" kind={card === undefined ? 'plain' : 'main'} onPress={goHome}>
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
              <span className="not-projected">
                , as <span className="mono path">{card.source}</span>
              </span>
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
