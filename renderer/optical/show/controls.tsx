/** How codes are shown, for a person to change: preset, density, speed. */
import { useId, type ReactNode } from 'react';
import { DENSITIES, PRESETS } from '../../../optical/symbol/presets.ts';
import { clampDensity, SPEEDS, speedStep } from '../../../optical/symbol/layout.ts';
import { PRESET_NAMES } from '../preset-names.ts';
import { settingOf, type Chosen } from './setting.ts';
import { Stepper } from './stepper.tsx';

type ControlsProps = Pick<Chosen, 'optical' | 'change'>;

export function Controls({ optical, change }: ControlsProps): ReactNode {
  const id = useId();
  const { rate } = settingOf(optical);
  return (
    <>
      <div className="stepper">
        <label className="stepper-label" htmlFor={id}>
          Distance
        </label>
        <select
          id={id}
          className="input show-preset"
          value={optical.preset}
          onChange={(event) => {
            const preset = PRESETS.find((one) => one === event.target.value);
            if (preset !== undefined) change({ preset });
          }}
        >
          {PRESETS.map((preset) => (
            <option key={preset} value={preset}>
              {PRESET_NAMES[preset]}
            </option>
          ))}
          {/* What somebody has set by the two sliders. It cannot be chosen, only made. */}
          {optical.preset === 'own' ? <option value="own">{PRESET_NAMES.own}</option> : null}
        </select>
      </div>
      <Density slider optical={optical} change={change} />
      <Stepper
        slider
        label="Speed"
        value={speedStep(rate)}
        last={SPEEDS.length - 1}
        words={`${rate} a second`}
        less="Slower"
        more="Faster"
        onChange={(to) => change({ rate: SPEEDS[to] ?? rate })}
      />
    </>
  );
}

/** The one knob that is always at hand: fewer squares are easier to read, more of them say more. */
export function Density({
  optical,
  change,
  slider = false,
}: ControlsProps & { readonly slider?: boolean }): ReactNode {
  const density = clampDensity(settingOf(optical).density);
  return (
    <Stepper
      slider={slider}
      label="Density"
      value={density}
      last={DENSITIES.length - 1}
      words={`${density + 1} of ${DENSITIES.length}`}
      less="Less dense"
      more="Denser"
      keys={['-', '+']}
      onChange={(to) => change({ density: to })}
    />
  );
}
