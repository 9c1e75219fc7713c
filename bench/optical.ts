/**
 * The optical channel beside its peers, and against what it has to reach: `npm run bench:optical`. Parts of it by their names:
 * `node bench/optical.ts goodput`; the others are overhead, solving and readers.
 */
import { openJsqr } from '../optical/read/jsqr.ts';
import { DENSITIES, settingFor, type Preset } from '../optical/symbol/presets.ts';
import { HELD } from '../test-support/camera/pose.ts';
import { openZxingHere } from '../test-support/codes.ts';
import { reading } from './optical/decoders.ts';
import { goodput, meanOf } from './optical/goodput.ts';
import { CANDIDATES, overhead, WAYS } from './optical/overhead.ts';
import { solving } from './optical/solving.ts';
import { ms, table } from './report.ts';

const targets: string[] = [];
const target = (what: string, met: boolean): void => {
  targets.push(`${met ? 'met    ' : 'NOT met'}  ${what}`);
};
const percent = (share: number): string => `${(100 * share).toFixed(share < 0.0995 ? 2 : 0)} %`;
const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);

const PARTS = ['overhead', 'solving', 'readers', 'goodput'] as const;
const asked = process.argv.slice(2);
const parts = PARTS.filter((part) => asked.length === 0 || asked.includes(part));
if (parts.length < asked.length) throw new Error(`parts are ${PARTS.join(', ')}; found ${asked.join(', ')}`);
const zxing = await openZxingHere();

if (parts.includes('overhead')) {
  const FRAGMENTS = [10, 30, 100, 300];
  const rows: string[][] = [];
  let most = 0;
  for (const candidate of CANDIDATES)
    for (const fragments of FRAGMENTS) {
      const found = WAYS.map((way) => overhead(candidate, fragments, way));
      if (candidate.name === 'Reseal' && fragments >= 30)
        most = Math.max(most, ...found.map(({ mean }) => mean));
      rows.push([
        candidate.name,
        String(fragments),
        ...found.map(({ mean, worst }) => `${percent(mean)} (${percent(worst)})`),
      ]);
    }
  console.log('Frames beyond the ideal: mean (worst of a hundred but one), by share of frames that are lost');
  table(
    ['', 'fragments', ...WAYS.map(({ name }) => name)],
    rows,
    'late: 10 % lost, and looked at only after all fragments were shown',
    'Messages for 10, 30, 100 and 300 fragments: 100, 100, 100, 40; of UR with its own decoder 60, 60, 15, 5, so its worst is the worst of all',
  );
  target(
    `overhead for 30 fragments and more, at every loss: ${percent(most)}; at most 1 % is wanted`,
    most <= 0.01,
  );
}

if (parts.includes('solving')) {
  const times = [
    ['0 % lost', solving(0, false)],
    ['30 % lost', solving(0.3, false)],
    ['late', solving(0, true)],
  ] as const;
  console.log('A message of 200 KB, put together: CPU time beyond the pictures');
  table(
    ['', 'time'],
    times.map(([name, time]) => [name, ms(time)]),
  );
  const slowest = Math.max(...times.map(([, time]) => time));
  target(`200 KB put together in ${ms(slowest)}; less than 150 ms is wanted`, slowest < 150);
}

if (parts.includes('readers')) {
  const readers: string[][] = [];
  for (const decoder of [zxing, openJsqr()])
    for (const lines of [720, 1080])
      for (const version of [10, 25, 40]) {
        const { time, success } = await reading(decoder, lines, version);
        readers.push([decoder.name, String(lines), String(version), ms(time), percent(success)]);
      }
  console.log('Readers: a picture of a full code, good webcam');
  table(['', 'lines', 'version', 'a picture', 'read'], readers);
}

if (parts.includes('goodput')) {
  const CASES: readonly (readonly [preset: Preset, lines: number, fill: number, wanted: number])[] = [
    ['laptop', 720, 0.85, 15],
    ['laptop', 1080, 0.85, 30],
    ['near', 720, 0.75, 50],
    ['near', 1080, 0.75, 50],
    // From as far as codes are still read: 2.2 pixels a module.
    ['laptop', 720, 0.38, 0],
    ['near', 720, 0.44, 0],
    ['far', 720, 0.5, 0],
    ['projector', 720, 0.35, 0],
  ];
  const results: string[][] = [];
  let least = Infinity;
  for (const [preset, lines, fill, wanted] of CASES) {
    const setting = settingFor(preset, lines);
    const { phases, hitRate, dropRate, pixelsPerModule, median, slowest, rate } = await goodput(
      { setting, lines, pose: { ...HELD, fill }, modulePixels: setting.rate > 6 ? 3 : 8 },
      zxing,
      setting.rate > 6 ? 24 : 30,
    );
    const worst = Math.min(...phases);
    least = Math.min(least, worst);
    if (wanted > 0)
      target(
        `${preset} at ${lines} lines: ${kilobytes(meanOf(phases))} KB/s; ${wanted} is wanted`,
        meanOf(phases) >= wanted * 1000,
      );
    results.push([
      preset,
      String(lines),
      `${setting.codes} × V${DENSITIES[setting.density] ?? 0}`,
      rate.toFixed(1),
      pixelsPerModule.toFixed(1),
      percent(dropRate),
      percent(hitRate),
      `${ms(median)} (${ms(slowest)})`,
      kilobytes(meanOf(phases)),
      kilobytes(worst),
    ]);
  }
  console.log(
    'Goodput in KB (1000 bytes) of payload a second: model of a good webcam, 8 phases between its clock and the display’s',
  );
  table(
    [
      'preset',
      'lines',
      'codes',
      'a second',
      'pixels a module',
      'dropped',
      'read',
      'a picture',
      'mean',
      'worst phase',
    ],
    results,
    'dropped: of all pictures, because the reader was busy; read: of those that were looked at',
    'a picture: median (longest of a hundred but one) of the reader’s time on a processor; there are 33 ms',
  );
  target(`the worst phase of any: ${kilobytes(least)} KB/s; more than nothing is wanted`, least > 0);
}

for (const line of targets) console.log(line);
