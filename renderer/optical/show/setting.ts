/** How a person wants codes to be shown: kept for the next time, a moment after the last change. */
import { useEffect, useEffectEvent, useState } from 'react';
import type { OpticalSettings } from '../../../electron/ipc/optical.ts';
import { settingFor, type Setting } from '../../../optical/symbol/presets.ts';
import type { Failure } from '../../bridge.ts';
import { useAction } from '../../store.ts';

/** Milliseconds without a change before it is kept: somebody moves a slider. */
const REST = 400;

/** What a choice comes to. */
export function settingOf({ preset, density, rate, codes, measured }: OpticalSettings): Setting {
  return preset === 'own' ? { density, rate, codes } : settingFor(preset, measured?.lines ?? 0);
}

export interface Chosen {
  readonly optical: OpticalSettings;
  /** Changes the preset, or with anything else makes a setting of one's own of it. */
  readonly change: (changed: Partial<Pick<OpticalSettings, 'preset' | 'density' | 'rate'>>) => void;
  readonly failure: Failure | null;
}

export function useChosen(saved: OpticalSettings): Chosen {
  const [optical, setOptical] = useState(saved);
  const [isKept, setKept] = useState(true);
  const keep = useAction('settings:set', 'Changing the settings');
  const save = useEffectEvent(() => {
    if (isKept) return;
    setKept(true);
    void keep.run({ optical });
  });
  useEffect(() => {
    const timer = setTimeout(save, REST);
    return () => {
      clearTimeout(timer);
    };
  }, [optical]);
  // A person who leaves at once has chosen all the same.
  useEffect(() => () => save(), []);
  return {
    optical,
    failure: keep.failure,
    change: (changed) => {
      const { preset = 'own' } = changed;
      const next = { ...optical, ...settingOf(optical), ...changed, preset };
      setOptical({ ...next, ...settingOf(next) });
      setKept(false);
    },
  };
}
