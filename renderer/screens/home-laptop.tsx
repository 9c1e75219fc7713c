/** What is set up on this laptop: the courier's folder, the folder for backups, how the window looks. */
import type { ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { Check } from '../design/choice.tsx';
import { Select } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { go, useAction } from '../store.ts';
import { plural } from '../time.ts';
import { ChangeBackupsFolder } from './backups-folder.tsx';

const COURIER = {
  ready: { tone: 'done', words: 'ready' },
  missing: { tone: 'attention', words: 'not there' },
  unreadable: { tone: 'attention', words: 'cannot be used' },
} as const;

export function LaptopCards({ state }: { readonly state: ConsoleState }): ReactNode {
  return (
    <div className="two">
      <CourierCard state={state} />
      <SettingsCard state={state} />
    </div>
  );
}

function CourierCard({ state }: { readonly state: ConsoleState }): ReactNode {
  const { courier } = state;
  const byCamera = courier?.by === 'camera';
  return (
    <Card
      title={byCamera ? 'How messages travel' : 'Courier’s folder'}
      aside={
        courier === null ? (
          <Badge tone="attention">not chosen</Badge>
        ) : (
          <Badge tone={COURIER[courier.state].tone}>{COURIER[courier.state].words}</Badge>
        )
      }
    >
      <p className="quiet">
        {courier === null
          ? 'The folder or stick on which messages travel, or screen and camera. Nothing secret ever lies there.'
          : (courier.sentence ??
            (byCamera
              ? 'By screen and camera. What was shown and seen is kept on this laptop.'
              : `${plural(courier.messages, 'message')} in it.`))}
      </p>
      {courier === null || byCamera ? null : <p className="mono path not-projected">{courier.path}</p>}
      {/* While it is not chosen or not there, the button stands on top of the screen. */}
      {courier?.state === 'ready' ? (
        <Button
          icon={byCamera ? 'camera' : 'folder'}
          onPress={() => {
            go({ screen: 'courier', from: { screen: 'home' } });
          }}
        >
          {byCamera ? 'Change the way' : 'Change the folder'}
        </Button>
      ) : null}
    </Card>
  );
}

function SettingsCard({ state }: { readonly state: ConsoleState }): ReactNode {
  const { settings, laptop, home } = state;
  const change = useAction('settings:set', 'Changing the settings');
  return (
    <Card title="This laptop">
      <Facts>
        {laptop === null ? null : (
          <Fact label="Identity">
            <span className="mono">{laptop.identity.words.join(' ')}</span>
          </Fact>
        )}
        <Fact label="Its files" secret>
          <span className="mono path">{home}</span>
        </Fact>
        <Fact label="Backups are written to" secret>
          <span className="mono path">{settings.backupFolder}</span>
        </Fact>
      </Facts>
      <div className="row">
        <ChangeBackupsFolder start={null} />
        <Button
          icon="camera"
          onPress={() => {
            go({ screen: 'link', from: { screen: 'home' } });
          }}
        >
          Try screen and camera
        </Button>
      </div>
      <Refused failure={change.failure} />
      <Select
        label="Theme"
        value={settings.theme}
        options={[
          { value: 'system', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark, for dim rooms' },
        ]}
        onChange={(theme) => void change.run({ theme })}
      />
      <Check
        label="Beep when a message is here"
        detail="By screen and camera, at every message that was taken."
        checked={settings.optical.sound}
        onChange={(sound) => void change.run({ optical: { ...settings.optical, sound } })}
      />
      <Check
        label="Projector view"
        detail="Larger, and without anything typed, paths or notices. F7 on every screen."
        checked={settings.projector}
        onChange={(projector) => void change.run({ projector })}
      />
    </Card>
  );
}
