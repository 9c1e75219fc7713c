/**
 * Which fragments are mixed into a part (BCR-2024-001 §4). The first `count` parts are the fragments themselves. Every
 * further one is the sum of `degree` of them, drawn with a generator that its number and the message's checksum seed;
 * degree d comes with a probability in proportion to 1/d. Both sides must draw alike, down to the rounding of doubles.
 */
import { Xoshiro256 } from './xoshiro.ts';

/** Draws from a fixed distribution with two random numbers: Walker's alias method, in the form of Vose (1991). */
interface Sampler {
  readonly probabilities: Float64Array;
  readonly aliases: Uint32Array;
}

/** The sampler of degrees minus one. Its lists are worked through from the end, which decides who aliases whom. */
function degreeSampler(count: number): Sampler {
  let sum = 0;
  for (let degree = 1; degree <= count; degree++) sum += 1 / degree;
  const scaled = Float64Array.from({ length: count }, (_, at) => ((1 / (at + 1)) * count) / sum);
  const small: number[] = [];
  const large: number[] = [];
  for (let at = count - 1; at >= 0; at--) ((scaled[at] ?? 0) < 1 ? small : large).push(at);
  // What is left over at the end, by rounding or as the last one, is drawn with certainty.
  const probabilities = new Float64Array(count).fill(1);
  const aliases = new Uint32Array(count);
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() ?? 0;
    const more = large.pop() ?? 0;
    probabilities[less] = scaled[less] ?? 0;
    aliases[less] = more;
    scaled[more] = (scaled[more] ?? 0) + ((scaled[less] ?? 0) - 1);
    ((scaled[more] ?? 0) < 1 ? small : large).push(more);
  }
  return { probabilities, aliases };
}

/** Chooses the fragments of the parts of one message. */
export class Mixture {
  readonly #count: number;
  readonly #checksum: number;
  readonly #sampler: Sampler;

  /**
   * @param count fragments of the message
   * @param checksum CRC-32 of the message
   */
  constructor(count: number, checksum: number) {
    this.#count = count;
    this.#checksum = checksum;
    this.#sampler = degreeSampler(count);
  }

  /** Indices of the fragments in part `sequence` (1 to 2³² − 1): different ones, in the order in which they were drawn. */
  fragments(sequence: number): number[] {
    if (sequence <= this.#count) return [sequence - 1];
    const seed = new DataView(new ArrayBuffer(8));
    seed.setUint32(0, sequence);
    seed.setUint32(4, this.#checksum);
    const random = new Xoshiro256(new Uint8Array(seed.buffer));
    const degree = this.#degree(random);
    // A shuffle that takes from what remains; it can stop where the part is full.
    const remaining = Array.from({ length: this.#count }, (_, at) => at);
    return Array.from(
      { length: degree },
      () => remaining.splice(random.nextBelow(remaining.length), 1)[0] ?? 0,
    );
  }

  #degree(random: Xoshiro256): number {
    const at = random.nextBelow(this.#count);
    const second = random.nextDouble();
    return 1 + (second < (this.#sampler.probabilities[at] ?? 0) ? at : (this.#sampler.aliases[at] ?? 0));
  }
}
