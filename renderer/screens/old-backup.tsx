/** How an old backup was destroyed: by which method, by which two people. The statement is signed and filed. */
import { useState, type ReactNode } from 'react';
import type { OldBackupState } from '../../electron/ipc/old-backups.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { Field, Select } from '../design/field.tsx';
import { Notice, Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { goHome, useAction } from '../store.ts';
import { day } from '../time.ts';
import { backupWords } from './home-backups.tsx';

const OTHER = 'Another method';

interface OldBackupScreenProps {
  readonly state: ConsoleState;
  readonly fingerprint: string;
  readonly epoch: number;
  readonly label: string;
}

export function OldBackupScreen({ state, fingerprint, epoch, label }: OldBackupScreenProps): ReactNode {
  const [filed, setFiled] = useState<string | null>(null);
  const backup = state.oldBackups.find(
    (one) => one.fingerprint === fingerprint && one.epoch === epoch && one.label === label,
  );
  useKeys({ Escape: goHome });
  if (filed !== null) return <Filed path={filed} />;
  if (backup === undefined)
    return (
      <Screen
        name="old-backup"
        focus="old-backup gone"
        width="column"
        title="This backup is not on the list any more"
        lead="Its destruction was stated already, or its record is not on this laptop."
        actions={<ToHome main />}
      />
    );
  return <Statement backup={backup} custodian={state.laptop?.custodian ?? ''} onFiled={setFiled} />;
}

function ToHome({ main = false }: { readonly main?: boolean }): ReactNode {
  return (
    <Button icon="back" keyHint="Escape" kind={main ? 'main' : 'plain'} onPress={goHome}>
      To the first screen
    </Button>
  );
}

function Filed({ path }: { readonly path: string }): ReactNode {
  return (
    <Screen
      name="old-backup"
      focus="old-backup filed"
      width="column"
      title="The destruction is on file"
      lead="The backup is off the list. File the statement with the record of the ceremony."
      actions={<ToHome main />}
    >
      <Notice tone="plain">
        <p>✓ The statement is signed by this laptop and lies here:</p>
        <p className="mono path not-projected">{path}</p>
      </Notice>
    </Screen>
  );
}

function Statement({
  backup,
  custodian,
  onFiled,
}: {
  readonly backup: OldBackupState;
  readonly custodian: string;
  readonly onFiled: (path: string) => void;
}): ReactNode {
  const [method, setMethod] = useState(backup.methods[0] ?? OTHER);
  const [own, setOwn] = useState('');
  const [tool, setTool] = useState('');
  const [who, setWho] = useState(custodian);
  const [witness, setWitness] = useState('');
  const [complaints, setComplaints] = useState<Readonly<Record<string, string>>>({});
  const sign = useAction('backup:destroyed', 'Signing the statement');
  const said = method === OTHER ? own : method;
  const off = sign.busy;
  const { fingerprint, epoch, label } = backup;
  return (
    <Screen
      name="old-backup"
      width="column"
      title="State how it was destroyed"
      lead="After it is gone, not before. Two people: one who did it, and one who watched."
      actions={
        <>
          <Button kind="main" form="destroyed" off={off}>
            Sign the statement
          </Button>
          <ToHome />
          <p className="action-note">
            It says what was done and who saw it. No statement can prove that no copy exists.
          </p>
        </>
      }
    >
      <Card title={backupWords(backup)}>
        <Facts>
          <Fact label="Key">{backup.keyName}</Fact>
          <Fact label="Epoch">{epoch}</Fact>
          <Fact label="To be destroyed by">
            <Badge tone={backup.state === 'overdue' ? 'stop' : 'attention'}>
              {`${day(backup.deadline)}${backup.state === 'overdue' ? ', overdue' : ''}`}
            </Badge>
          </Fact>
        </Facts>
      </Card>
      <form
        id="destroyed"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (off) return;
          void sign
            .run({
              ...{ fingerprint, epoch, label, method: said.trim(), tool: tool.trim() },
              ...{ who: who.trim(), witness: witness.trim() },
            })
            .then((result) => {
              if (!result.ok) return;
              setComplaints(result.value.complaints);
              if (result.value.path !== null) onFiled(result.value.path);
            });
        }}
      >
        <Refused failure={sign.failure} />
        <Select
          label="What was done to it"
          value={method}
          options={[...backup.methods, OTHER].map((value) => ({ value, label: value }))}
          onChange={setMethod}
          complaint={method === OTHER ? null : complaints['method']}
        />
        {method === OTHER ? (
          <Field label="Which method" value={own} onChange={setOwn} complaint={complaints['method']} />
        ) : null}
        <Field
          label="With what"
          hint="Make and model of the shredder, or the command and its version"
          value={tool}
          onChange={setTool}
          complaint={complaints['tool']}
        />
        <Field label="Who did it" value={who} onChange={setWho} complaint={complaints['who']} />
        <Field label="Who watched" value={witness} onChange={setWitness} complaint={complaints['witness']} />
      </form>
    </Screen>
  );
}
