/** Timestamps of the record's checkpoint, as the ceremony report lists them: they came after everything else in it. */
import { heading, mono, paragraph, table, type Block, type Cell } from './model.ts';
import { when } from './people.ts';

/** What there is to say about one timestamp; null where it cannot be read. */
export interface StampFacts {
  readonly file: string;
  readonly state: 'good' | 'warning';
  readonly problems: readonly string[];
  readonly time: string | null;
  /** Seconds, to both sides. */
  readonly accuracy: number | null;
  readonly authority: string | null;
  readonly serial: string | null;
}

/** Nothing for a record without timestamps. */
export function timestamps(stamps: readonly StampFacts[]): Block[] {
  if (stamps.length === 0) return [];
  const rows = stamps.map(({ file, state, problems, time, accuracy, authority, serial }): Cell[] => [
    time === null ? 'unknown' : `${when(time)}${accuracy === null ? '' : `, ± ${accuracy} s`}`,
    authority ?? 'unknown',
    mono(serial ?? ''),
    state === 'good' ? 'about this checkpoint, signature holds' : `WARNING: ${problems.join(' ')}`,
    file.slice(file.indexOf('/') + 1),
  ]);
  return [
    heading(1, 'Timestamps'),
    paragraph(
      'Answers of authorities outside (RFC 3161) about the signed checkpoint. They are no part of what was signed, and change no verdict. This report trusts nobody for them: whether the authority is one to be trusted is checked with “reseal timestamp verify --ca”.',
    ),
    table(
      'Timestamps beside the record',
      [
        { title: 'Time', share: 22 },
        { title: 'Authority', share: 22 },
        { title: 'Serial number', share: 14 },
        { title: 'What was found', share: 24 },
        { title: 'File', share: 18 },
      ],
      rows,
    ),
  ];
}
