/** Gaussian elimination over GF(256), a row at a time: the fragments of one block from any frames of it. */
import { addScaled, inverse, scale } from './gf256.ts';

interface Row {
  /** Zero before its pivot, one at it. Undefined where all others are zero too: then the payload is a fragment. */
  readonly factors: Uint8Array | undefined;
  readonly payload: Uint8Array;
}

/** What a row costs beside its bytes, about. */
const ROW_OVERHEAD = 192;

export class Block {
  readonly #count: number;
  /** By pivot. */
  readonly #rows: (Row | undefined)[];
  #rank = 0;
  #bytes = 0;

  constructor(count: number) {
    this.#count = count;
    this.#rows = new Array<Row | undefined>(count).fill(undefined);
  }

  get rank(): number {
    return this.#rank;
  }

  get complete(): boolean {
    return this.#rank === this.#count;
  }

  /** Bytes of memory that the rows take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a row, which is changed. Returns false when it says nothing new: then the payload was not touched. */
  add(factors: Uint8Array, payload: Uint8Array): boolean {
    if (this.complete) return false;
    const steps = this.#reduce(factors);
    const pivot = factors.findIndex((factor) => factor !== 0);
    if (pivot < 0) return false;
    // Only now the long part: whoever repeats what is known does not make us calculate.
    for (const [at, factor] of steps) addScaled(payload, this.#rows[at]?.payload ?? payload, factor);
    const one = inverse(factors[pivot] ?? 0);
    scale(factors, one);
    scale(payload, one);
    const alone = factors.every((factor, at) => factor === 0 || at === pivot);
    this.#rows[pivot] = { factors: alone ? undefined : factors, payload };
    this.#rank += 1;
    this.#bytes += payload.length + (alone ? 0 : factors.length) + ROW_OVERHEAD;
    return true;
  }

  /** Takes known rows off the factors, up to the first that has none; says which ones, and how often each. */
  #reduce(factors: Uint8Array): (readonly [number, number])[] {
    const steps: (readonly [number, number])[] = [];
    for (let at = 0; at < this.#count; at++) {
      const factor = factors[at] ?? 0;
      if (factor === 0) continue;
      const known = this.#rows[at];
      if (known === undefined) break;
      steps.push([at, factor]);
      if (known.factors === undefined) factors[at] = 0;
      else addScaled(factors, known.factors, factor, at);
    }
    return steps;
  }

  /** A fragment that is known already, whatever else is missing. */
  fragment(at: number): Uint8Array | undefined {
    const row = this.#rows[at];
    return row?.factors === undefined ? row?.payload : undefined;
  }

  /** The fragments, in order. Only when complete; rows are used up. */
  solve(): Uint8Array[] {
    const rows = this.#rows.map((row) => {
      if (row === undefined) throw new RangeError('the block is not complete');
      return row;
    });
    for (let at = rows.length - 1; at >= 0; at--) {
      const row = rows[at];
      if (row?.factors === undefined) continue;
      for (let later = at + 1; later < rows.length; later++) {
        const factor = row.factors[later] ?? 0;
        const other = rows[later];
        if (factor !== 0 && other !== undefined) addScaled(row.payload, other.payload, factor);
      }
    }
    return rows.map(({ payload }) => payload);
  }
}
