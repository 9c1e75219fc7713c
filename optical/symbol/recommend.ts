/**
 * How codes are best shown to a camera that has watched a link test: the setting that brings most bytes a second. It only
 * trusts what was seen: a code counts as read as often as a code was that is no larger and no less dense.
 */
import { FRAME_OVERHEAD } from '../wire/frame.ts';
import type { LinkReport, LinkScreen, Measure } from '../wire/link.ts';
import { capacityOf } from './draw.ts';
import { layOut, type CodesAt, type Layout } from './layout.ts';
import { DENSITIES, PRESETS, settingFor, type Preset, type Setting } from './presets.ts';

export interface Recommendation {
  readonly preset: Preset | 'own';
  readonly setting: Setting;
  /** Bytes of a message a second, about. */
  readonly pace: number;
  /** Camera pixels on a side of a module, as it will be shown. */
  readonly pixelsPerModule: number;
  /** Pictures in which a code will be read, 0 to 1. */
  readonly hits: number;
}

/** Codes a second that are looked at. The slow ones are for cameras and decoders that give few pictures. */
const RATES = [1, 2, 3, 4, 6, 8, 10, 12, 15, 20] as const;
/**
 * Fewest camera pictures for a code, or nearly. A picture is exposed for as long as the next one takes to come, in a dim
 * room; of two in the time of a code, one then shows this code and no other.
 */
const FEWEST_PICTURES = 1.9;
/** Pictures for a code that show two codes at once, in that case. */
const LOST_PICTURES = 1;
/** Share of pictures that must be read, where anything is: below it a person waits and does not know why. */
const ENOUGH_HITS = 0.3;
/** Share of the best pace at which a preset is preferred: it has a name. */
const NEARLY = 0.85;
/** The same for two codes: they lie further out in the picture, where lenses are less sharp. */
const ENOUGH_FOR_TWO = 0.6;
/** Share of a camera's picture that codes may fill: nobody holds a laptop that steadily. */
const IN_PICTURE = 0.9;

/** Full codes, as a long message has them. */
const full: CodesAt = (density) => ({ version: DENSITIES[density] ?? DENSITIES[0], frames: Infinity });

interface Candidate extends Recommendation {
  readonly layout: Layout;
}

/**
 * The best setting for a screen. Null while the pass that is reported on was not seen whole, or nothing was read in it.
 *
 * @param screen on which the codes of the report were shown
 */
export function recommend(screen: LinkScreen, report: LinkReport): Recommendation | null {
  if (!report.complete) return null;
  const read = report.measures.filter(({ hits }) => hits > 0);
  const scale = median(read.map(({ pixels, pixelsPerModule }) => pixelsPerModule / pixels));
  if (scale === null) return null;
  const judge = (preset: Preset | 'own', setting: Setting): Candidate[] => {
    const candidate = candidateOf(preset, setting, screen, report, read, scale);
    return candidate === null ? [] : [candidate];
  };
  const presets = PRESETS.flatMap((preset) => judge(preset, settingFor(preset, report.camera.lines)));
  const own = settings().flatMap((setting) => judge('own', setting));
  const best = bestOf([...presets, ...own]);
  if (best === null) return null;
  const named = bestOf(presets);
  const chosen =
    named !== null && named.pace >= NEARLY * best.pace && isSure(named) >= isSure(best) ? named : best;
  const { preset, setting, pace, pixelsPerModule, hits } = chosen;
  return { preset, setting, pace, pixelsPerModule, hits };
}

/** What a setting comes to; null where the camera cannot follow. */
function candidateOf(
  preset: Preset | 'own',
  setting: Setting,
  screen: LinkScreen,
  { camera, decoder }: LinkReport,
  read: readonly Measure[],
  scale: number,
): Candidate | null {
  const room = {
    width: screen.width / screen.scale,
    height: screen.height / screen.scale,
    scale: screen.scale,
  };
  const layout = layOut(setting, full, room, screen.refreshRate);
  if (layout.density !== setting.density || layout.codes !== setting.codes) return null;
  // It looks at one half of the picture after the other, and is slow enough with one code.
  if (layout.codes === 2 && decoder === 'jsqr') return null;
  if (layout.width * scale > IN_PICTURE * camera.width || layout.height * scale > IN_PICTURE * camera.lines)
    return null;
  const pictures = camera.rate / layout.rate;
  if (pictures < FEWEST_PICTURES) return null;
  const hits = Math.max(
    0,
    ...read
      .filter(({ version, pixels }) => version >= layout.version && pixels <= layout.pixels)
      .map((measure) => measure.hits),
  );
  if (hits === 0 || (layout.codes === 2 && hits < ENOUGH_FOR_TWO)) return null;
  const arrives = 1 - (1 - hits) ** Math.max(1, pictures - LOST_PICTURES);
  const payload = capacityOf(layout.version) - FRAME_OVERHEAD;
  const pace = payload * layout.rate * layout.codes * arrives;
  return { preset, setting, pace, pixelsPerModule: scale * layout.pixels, hits, layout };
}

/** 1 for a setting that is read often enough, else 0. */
const isSure = ({ hits }: Candidate): number => (hits >= ENOUGH_HITS ? 1 : 0);

/** Those that are read often enough first, then the fastest; of equals the first. */
function bestOf(candidates: readonly Candidate[]): Candidate | null {
  return (
    [...candidates].sort((a, b) => isSure(b) - isSure(a) || b.pace - a.pace || a.hits - b.hits)[0] ?? null
  );
}

function settings(): Setting[] {
  return DENSITIES.flatMap((_, density) =>
    RATES.flatMap((rate) => ([1, 2] as const).map((codes) => ({ density, rate, codes }))),
  );
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}
