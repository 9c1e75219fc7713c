/** What a link test has found, as sentences. */
import type { Recommendation } from '../../../optical/symbol/recommend.ts';
import { DENSITIES } from '../../../optical/symbol/presets.ts';
import type { LinkReport } from '../../../optical/wire/link.ts';
import { PRESET_NAMES } from '../preset-names.ts';

/** A setting in words: "laptop to laptop", "density 8 of 9, two codes, 15 a second". */
export function settingWords({ preset, setting }: Pick<Recommendation, 'preset' | 'setting'>): string {
  if (preset !== 'own') return PRESET_NAMES[preset].toLowerCase();
  const { density, rate, codes } = setting;
  return [
    `density ${density + 1} of ${DENSITIES.length}`,
    ...(codes === 2 ? ['two codes'] : []),
    `${rate} a second`,
  ].join(', ');
}

/** "720 lines, 3.1 pixels a module: laptop to laptop, about 18 KB a second." */
export function resultWords(found: Recommendation, { camera }: LinkReport): string {
  const pixels = found.pixelsPerModule.toFixed(1);
  return `${camera.lines} lines, ${pixels} pixels a module: ${settingWords(found)}, about ${paceWords(found.pace)} a second.`;
}

function paceWords(pace: number): string {
  const kilobytes = pace / 1000;
  return `${kilobytes < 10 ? kilobytes.toFixed(1) : Math.round(kilobytes)} KB`;
}

/** Pictures that are read, below which something is in the way. */
const WELL = 0.6;
/** Codes a second up to which they have to be large. */
const SLOW = 6;

/** What would make it better; null: nothing has to. */
export function linkAdvice(found: Recommendation | null, report: LinkReport): string | null {
  if (!report.complete) return null;
  if (found === null)
    return report.measures.length === 0
      ? 'Nothing was read. Turn that screen’s brightness up, and put the laptops closer together.'
      : 'Too little was read. Put the laptops closer together, square to each other, with that screen’s brightness up.';
  if (found.hits < WELL)
    return 'Many pictures are not read. Turn that screen’s brightness up, and turn it away from lamps and windows.';
  if (found.setting.rate <= SLOW && report.camera.rate < 2 * SLOW)
    return 'The camera gives few pictures. More light in the room makes it faster.';
  if (found.setting.rate <= SLOW)
    return 'It works, slowly. Closer together, smaller codes are read, and those may be faster.';
  return null;
}

/** Shares of its pace between which a recommendation stands, whatever the next turn of codes brings. */
const SAME = [0.7, 1.4] as const;

/** What to show after another look: the same as before, unless it is clearly better or worse by now. */
export function steady(last: Recommendation | null, next: Recommendation | null): Recommendation | null {
  if (last === null || next === null) return next;
  const share = next.pace / last.pace;
  return share >= SAME[0] && share <= SAME[1] ? last : next;
}
