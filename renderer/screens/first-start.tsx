/** The first start: what this laptop is, and the passphrase that opens it. Two short steps. */
import { useState, type ReactNode } from 'react';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Choice } from '../design/choice.tsx';
import { Field, PassphraseField } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { focusWrong, Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, goHome, useAction } from '../store.ts';
import { RestoreHint } from './restore-entry.tsx';
import { ASSUMPTION, useStrength } from './strength.ts';

interface Named {
  readonly laptop: string;
  readonly custodian: string;
  readonly rehearsal: boolean;
}

/** Shorter ones are refused for real keys. */
const SHORTEST = 12;

export function FirstStartScreen(): ReactNode {
  const [named, setNamed] = useState<Named>({ laptop: '', custodian: '', rehearsal: false });
  const [second, setSecond] = useState(false);
  return second ? (
    <PassphraseStep
      named={named}
      onBack={() => {
        setSecond(false);
      }}
    />
  ) : (
    <NameStep
      named={named}
      onChange={setNamed}
      onNext={() => {
        setSecond(true);
      }}
    />
  );
}

function NameStep(props: {
  readonly named: Named;
  readonly onChange: (named: Named) => void;
  readonly onNext: () => void;
}): ReactNode {
  const { named, onChange, onNext } = props;
  const [asked, setAsked] = useState(false);
  const missing = (text: string, what: string): string | null => (asked && text.trim() === '' ? what : null);
  return (
    <Screen
      name="first-start"
      focus="first-start name"
      title="What is this laptop?"
      lead="It has no vault yet. The names go onto cards and into records, for everybody to read."
      actions={
        <>
          <Button kind="main" form="name-laptop" keyHint="Enter">
            Choose a passphrase
          </Button>
          <Button
            onPress={() => {
              go({ screen: 'records' });
            }}
          >
            Verify a record
          </Button>
        </>
      }
    >
      <form
        id="name-laptop"
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (named.laptop.trim() !== '' && named.custodian.trim() !== '') onNext();
          else focusWrong(event.currentTarget);
        }}
      >
        <div className="two">
          <Field
            first
            label="Name on the label of this laptop"
            hint="For example vault-3"
            value={named.laptop}
            complaint={missing(named.laptop, 'Expected what the label says.')}
            onChange={(laptop) => {
              onChange({ ...named, laptop });
            }}
          />
          <Field
            label="Name of its custodian"
            hint="The person who knows the passphrase"
            value={named.custodian}
            complaint={missing(named.custodian, 'Expected a name.')}
            onChange={(custodian) => {
              onChange({ ...named, custodian });
            }}
          />
        </div>
        <Choice
          label="What it is for"
          value={named.rehearsal ? 'rehearsal' : 'real'}
          options={[
            { value: 'real', label: 'Real keys', detail: 'Shares of keys that hold value.' },
            {
              value: 'rehearsal',
              label: 'Rehearsals',
              detail: 'Throw-away keys, marked REHEARSAL everywhere. Never mixed with real ones.',
            },
          ]}
          onChange={(value) => {
            onChange({ ...named, rehearsal: value === 'rehearsal' });
          }}
        />
        <RestoreHint />
      </form>
    </Screen>
  );
}

function PassphraseStep({
  named,
  onBack,
}: {
  readonly named: Named;
  readonly onBack: () => void;
}): ReactNode {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [alg, setAlg] = useState<'ES256' | 'EdDSA'>('ES256');
  const [asked, setAsked] = useState(false);
  const create = useAction('vault:create', 'Making the vault');
  useKeys({ Escape: onBack });
  const least = named.rehearsal ? 1 : SHORTEST;
  const short =
    passphrase.length >= least
      ? null
      : named.rehearsal
        ? 'Expected a passphrase.'
        : `This has ${passphrase.length} characters. Expected at least ${SHORTEST}.`;
  const differs = passphrase === again ? null : 'The two are not the same.';
  return (
    <Screen
      name="first-start"
      focus="first-start passphrase"
      title="Choose a passphrase"
      lead={`It opens the vault of “${named.laptop.trim()}”. Nobody can bring it back: keep it where only ${named.custodian.trim()} finds it.`}
      actions={
        <>
          <Button kind="main" form="choose-passphrase" keyHint="Enter" off={create.busy}>
            Make the vault
          </Button>
          <Button icon="back" keyHint="Escape" onPress={onBack}>
            Back
          </Button>
        </>
      }
    >
      <form
        id="choose-passphrase"
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (short !== null || differs !== null) focusWrong(event.currentTarget);
          if (create.busy || short !== null || differs !== null) return;
          const input = { ...named, laptop: named.laptop.trim(), custodian: named.custodian.trim() };
          void create.run({ ...input, passphrase, alg }).then((result) => {
            if (!result.ok) return;
            setPassphrase('');
            setAgain('');
            goHome();
          });
        }}
      >
        <Refused failure={create.failure} />
        <PassphraseField
          fresh
          first
          label="Passphrase"
          value={passphrase}
          complaint={asked ? short : null}
          hint={<StrengthWords passphrase={passphrase} known={[named.laptop, named.custodian]} />}
          onChange={setPassphrase}
        />
        <PassphraseField
          fresh
          label="The same passphrase again"
          value={again}
          complaint={asked ? differs : null}
          onChange={setAgain}
        />
        <details className="more">
          <summary>Advanced: how this laptop signs</summary>
          <Choice
            label="Algorithm of the identity key"
            value={alg}
            options={[
              { value: 'ES256', label: 'ES256', detail: 'ECDSA on P-256. What most tokens can do.' },
              { value: 'EdDSA', label: 'EdDSA', detail: 'Ed25519.' },
            ]}
            onChange={setAlg}
          />
        </details>
      </form>
    </Screen>
  );
}

function StrengthWords({
  passphrase,
  known,
}: {
  readonly passphrase: string;
  readonly known: readonly string[];
}): ReactNode {
  const strength = useStrength(passphrase, known);
  return (
    <span className="strength" aria-live="polite">
      {strength === undefined ? (
        'Several words that nobody would put together are good: six from a list, chosen by dice.'
      ) : (
        <>
          <span>
            Guessed in <Badge tone={strength.tone}>{strength.time}</Badge>
          </span>
          <span className="small">{ASSUMPTION}</span>
        </>
      )}
    </span>
  );
}
