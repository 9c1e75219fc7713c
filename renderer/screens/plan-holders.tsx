/** Who holds a share, in which order, and how many of them are needed. */
import { useRef, useState, type ReactNode } from 'react';
import type { CardSummary, PlanDraft } from '../../electron/ipc/documents.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Complaint, Select } from '../design/field.tsx';
import { focusPlace } from '../design/focus-place.ts';
import { useAction } from '../store.ts';
import { FromFile } from './from-file.tsx';
import { numbered, usualThreshold, type Known } from './plan-draft.ts';
import type { PartProps } from './plan-editor.tsx';

export function HoldersPart(props: PartProps): ReactNode {
  const read = useAction('card:read', 'Reading the card');
  const { draft, change, problem } = props;
  const many = draft.holders.length;
  return (
    <Card title="Holders">
      {draft.kind === 'generate' ? <NewHolders {...props} /> : <KnownHolders {...props} />}
      {problem('holders') === null ? null : <Complaint>{problem('holders') ?? ''}</Complaint>}
      {draft.kind === 'generate' ? (
        <Select
          label="How many holders must sign together"
          value={String(draft.threshold)}
          options={Array.from({ length: Math.max(many - 1, 1) }, (_, at) => ({
            value: String(at + 2),
            label: `${at + 2} of ${many}`,
          }))}
          complaint={problem('threshold')}
          onChange={(threshold) => {
            change({ ...draft, threshold: Number(threshold) }, 'threshold');
          }}
        />
      ) : null}
      {props.known.leftOut === null ? null : <p className="quiet">{props.known.leftOut}</p>}
      <FromFile
        action={read}
        title="An enrolment card"
        button="Read a card from a file"
        onRead={props.onCard}
      />
    </Card>
  );
}

function NewHolders({ draft, known, change, by }: PartProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const ids = draft.holders.map(({ card }) => card);
  const rest = known.cards.filter(({ id }) => !ids.includes(id));
  const put = (next: readonly (string | null)[]): void => {
    const grown = next.length !== ids.length;
    change(
      {
        ...draft,
        holders: numbered(next),
        threshold: grown ? usualThreshold(next.length) : draft.threshold,
      },
      'holders',
    );
  };
  return (
    <div ref={list} className="stack-tight">
      {known.cards.length === 0 ? (
        <p className="quiet">No cards are here yet. Every holder makes one under “Introduce this laptop”.</p>
      ) : rest.length > 0 ? (
        <p className="quiet">
          {by === 'camera' ? 'Anybody can show a card.' : 'Anybody can put a card into the folder.'} Compare
          the four words with the person before you add them.
        </p>
      ) : null}
      <ol className="lines">
        {draft.holders.map(({ index, card }, at) => {
          const who = known.cards.find(({ id }) => id === card);
          const name = who?.name ?? `Holder ${index}`;
          return (
            <li key={card ?? index} className="line">
              <span className="line-number mono">{index}</span>
              <WhoWords card={who} fallback={name} />
              <Button
                kind="quiet"
                icon="up"
                name={`Up: ${name}`}
                off={at === 0}
                place={`up ${at}`}
                onPress={() => {
                  put(swapped(ids, at));
                  focusPlace(list.current, [`up ${at - 1}`]);
                }}
              >
                Up
              </Button>
              <Button
                kind="quiet"
                icon="minus"
                name={`Remove: ${name}`}
                place={`remove ${at}`}
                onPress={() => {
                  put(ids.filter((_, other) => other !== at));
                  focusPlace(list.current, [`remove ${at}`, `remove ${at - 1}`, 'add 0']);
                }}
              >
                Remove
              </Button>
            </li>
          );
        })}
      </ol>
      {rest.length === 0 ? null : (
        <ul className="lines">
          {rest.map((card, at) => (
            <li key={card.id} className="line">
              <WhoWords card={card} fallback={card.name} />
              <Button
                icon="plus"
                place={`add ${at}`}
                name={`Add ${card.name}, ${card.words.join(' ')}`}
                onPress={() => {
                  put([...ids, card.id]);
                  focusPlace(list.current, [`add ${at}`, `add ${at - 1}`, `remove ${ids.length}`]);
                }}
              >
                {`Add ${card.name}`}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The list with the one at `at` a place further up. */
function swapped<T>(list: readonly T[], at: number): readonly T[] {
  const moved = list.slice(at, at + 1);
  return [...list.slice(0, at - 1), ...moved, ...list.slice(at - 1, at), ...list.slice(at + 1)];
}

function WhoWords({
  card,
  fallback,
}: {
  readonly card: CardSummary | undefined;
  readonly fallback: string;
}): ReactNode {
  return (
    <>
      <p className="line-title line-short">
        {fallback}
        {card?.own === true ? ' (this laptop)' : ''}
      </p>
      {card === undefined ? null : (
        <p className="quiet small line-below">
          {card.laptop} · <span className="mono">{card.words.join(' ')}</span>
        </p>
      )}
    </>
  );
}

function KnownHolders({ draft, known, change }: PartProps): ReactNode {
  const record = known.records.find(({ id }) => id === draft.record);
  if (record === undefined) return <p className="quiet">The record of the key says who holds it.</p>;
  const put = (index: number, card: string | null): void => {
    const holders: PlanDraft['holders'] = draft.holders.map((holder) =>
      holder.index === index ? { index, card } : holder,
    );
    change({ ...draft, holders }, 'holders');
  };
  return (
    <ol className="lines">
      {record.holders.map((holder) => (
        <KnownHolder
          // Of another key nobody has said that a laptop was lost.
          key={`${record.id} ${holder.index}`}
          holder={holder}
          card={draft.holders.find(({ index }) => index === holder.index)?.card ?? null}
          cards={known.cards}
          onCard={(card) => {
            put(holder.index, card);
          }}
        />
      ))}
    </ol>
  );
}

interface KnownHolderProps {
  readonly holder: Known['records'][number]['holders'][number];
  readonly card: string | null;
  readonly cards: Known['cards'];
  readonly onCard: (card: string | null) => void;
}

/** A holder of the record: on the laptop that it names, or, where that was lost, on another one. */
function KnownHolder({ holder, card, cards, onCard }: KnownHolderProps): ReactNode {
  const { index, name, enrolled } = holder;
  const [lost, setLost] = useState(card !== null);
  const place = useRef<HTMLLIElement>(null);
  const who = name ?? `Holder ${index}`;
  if (enrolled && !lost)
    return (
      <li ref={place} className="line">
        <span className="line-number mono">{index}</span>
        <div className="line-words">
          <p className="line-title">{who}</p>
        </div>
        <Badge tone="done">as recorded</Badge>
        <Button
          kind="quiet"
          name={`Laptop lost: ${who}`}
          onPress={() => {
            setLost(true);
            requestAnimationFrame(() => place.current?.querySelector('select')?.focus());
          }}
        >
          Laptop lost
        </Button>
      </li>
    );
  return (
    <li ref={place} className="line">
      <span className="line-number mono">{index}</span>
      <div className="line-words">
        <Select
          label={`${enrolled ? 'The other laptop' : 'Laptop'} of holder ${index}${name === null ? '' : ` (${name})`}`}
          {...(enrolled
            ? {
                hint: 'Its vault has the share already, restored from a backup. Compare the four words of its card with the person.',
              }
            : {})}
          value={card ?? ''}
          options={[
            { value: '', label: enrolled ? 'The one that the record names' : 'Choose its card' },
            ...cards.map((one) => ({
              value: one.id,
              label: `${one.name}, ${one.laptop}: ${one.words.join(' ')}`,
            })),
          ]}
          onChange={(id) => {
            onCard(id === '' ? null : id);
          }}
        />
      </div>
    </li>
  );
}
