/** How many frames a receiver needs beyond the ideal, for our fountain and those of others, with losses and for whoever comes late. */
import { createRequire } from 'node:module';
import { packBody } from '../../optical/wire/body.ts';
import { FRAME_OVERHEAD } from '../../optical/wire/frame.ts';
import { Receiver } from '../../optical/wire/receiver.ts';
import { openSender } from '../../optical/wire/sender.ts';
import { NO_TOPIC } from '../../optical/wire/topic.ts';
import { UrReceiver } from '../../optical/ur/receiver.ts';
import { openUrSender } from '../../optical/ur/sender.ts';
import { uniform } from '../../test-support/camera/generator.ts';
import { someBytes } from '../../test-support/codes.ts';

const { URDecoder } = createRequire(import.meta.url)('@ngraveio/bc-ur') as {
  URDecoder: new () => { receivePart(part: string): boolean; isComplete(): boolean };
};

/** How frames get lost, and which is the first one that is looked at. */
export interface Way {
  readonly name: string;
  readonly loss: number;
  readonly late: boolean;
}

export const WAYS: readonly Way[] = [
  { name: '0 %', loss: 0, late: false },
  { name: '10 %', loss: 0.1, late: false },
  { name: '30 %', loss: 0.3, late: false },
  { name: '50 %', loss: 0.5, late: false },
  { name: 'late', loss: 0.1, late: true },
];

/** One message on its way: takes the frame with a number, and says whether it is whole. */
type Course = (number: number) => boolean;

export interface Candidate {
  readonly name: string;
  /** Messages for a number of fragments. */
  readonly runs: (fragments: number) => number;
  readonly open: (fragments: number, seed: number) => Course;
}

const SIZE = 64;
const few = (fragments: number): number => (fragments >= 300 ? 5 : fragments >= 100 ? 15 : 60);
const many = (fragments: number): number => (fragments >= 300 ? 40 : 100);

export const CANDIDATES: readonly Candidate[] = [
  {
    name: 'Reseal',
    runs: many,
    open: (fragments, seed) => {
      const body = packBody([someBytes(fragments * SIZE - 36, seed)]);
      const sender = openSender(body, NO_TOPIC, SIZE + FRAME_OVERHEAD);
      const receiver = new Receiver();
      return (number) => receiver.add(sender.frame(number)).what === 'message';
    },
  },
  {
    name: 'UR, our receiver',
    runs: many,
    open: (fragments, seed) => {
      const sender = openUrSender('bytes', cborBytes(fragments, seed), SIZE);
      const receiver = new UrReceiver();
      return (number) => receiver.add(sender.part(number + 1)).what === 'finished';
    },
  },
  {
    name: 'UR, its own decoder',
    runs: few,
    open: (fragments, seed) => {
      const sender = openUrSender('bytes', cborBytes(fragments, seed), SIZE);
      const decoder = new URDecoder();
      return (number) => {
        decoder.receivePart(sender.part(number + 1));
        return decoder.isComplete();
      };
    },
  },
  { name: 'LT, peeled', runs: many, open: openLuby },
  {
    name: 'cyclic',
    runs: many,
    open: (fragments) => {
      const seen = new Set<number>();
      return (number) => seen.add(number % fragments).size === fragments;
    },
  },
];

/** A CBOR byte string that makes so many fragments. */
function cborBytes(fragments: number, seed: number): Uint8Array {
  const content = someBytes(fragments * SIZE - 3, seed);
  return Uint8Array.of(0x59, content.length >> 8, content.length & 255, ...content);
}

/** Luby's code (2002) with the robust soliton distribution, c = 0.2 and δ = 0.5, on sets of indices alone. */
function openLuby(fragments: number, seed: number): Course {
  const random = uniform(seed);
  const ripple = 0.2 * Math.log(fragments / 0.5) * Math.sqrt(fragments);
  const spike = Math.max(1, Math.round(fragments / ripple));
  const weights = Array.from({ length: fragments }, (_, at) => {
    const degree = at + 1;
    const ideal = degree === 1 ? 1 / fragments : 1 / (degree * (degree - 1));
    if (degree < spike) return ideal + ripple / (degree * fragments);
    return degree === spike ? ideal + (ripple * Math.log(ripple / 0.5)) / fragments : ideal;
  });
  const sum = weights.reduce((all, weight) => all + Math.max(0, weight), 0);
  const draw = (): Set<number> => {
    let left = random() * sum;
    const degree = 1 + weights.findIndex((weight) => (left -= Math.max(0, weight)) <= 0);
    const chosen = new Set<number>();
    while (chosen.size < Math.max(1, degree)) chosen.add(Math.floor(random() * fragments));
    return chosen;
  };
  const known = new Set<number>();
  let mixed: Set<number>[] = [];
  return () => {
    mixed.push(draw());
    for (let moved = true; moved;) {
      moved = false;
      for (const set of mixed) {
        for (const at of set) if (known.has(at)) set.delete(at);
        const [only] = set;
        if (set.size !== 1 || only === undefined) continue;
        known.add(only);
        moved = true;
      }
      mixed = mixed.filter((set) => set.size > 0);
    }
    return known.size === fragments;
  };
}

/** Frames that arrived before the message was whole, over the ideal, as shares: the mean, and the worst of a hundred but one. */
export function overhead(candidate: Candidate, fragments: number, way: Way): { mean: number; worst: number } {
  const shares = Array.from({ length: candidate.runs(fragments) }, (_, run) => {
    const random = uniform(1000 * fragments + run);
    const course = candidate.open(fragments, 7000 + run);
    let number = way.late ? fragments + Math.floor(random() * fragments) : 0;
    for (let arrived = 0; ; number++) {
      if (random() < way.loss) continue;
      arrived += 1;
      if (course(number)) return arrived / fragments - 1;
    }
  }).sort((a, b) => a - b);
  return {
    mean: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    worst: shares[Math.ceil(shares.length * 0.99) - 1] ?? Number.NaN,
  };
}
