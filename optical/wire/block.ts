/** Gaussian elimination over GF(256), a row at a time: the fragments of one block from any frames of it. */
import { addScaled, inverse, scale } from './gf256.ts';

interface Row {
  /** Zero before its pivot, one at it. */
  readonly factors: Uint8Array;
  readonly payload: Uint8Array;
}

export class Block {
  readonly #count: number;
  /** By pivot. */
  readonly #rows: (Row | undefined)[];
  #rank = 0;

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

  /** Takes a row, which is changed. Returns false when it says nothing new. */
  add(factors: Uint8Array, payload: Uint8Array): boolean {
    if (this.complete) return false;
    for (let at = 0; at < this.#count; at++) {
      const factor = factors[at] ?? 0;
      if (factor === 0) continue;
      const known = this.#rows[at];
      if (known !== undefined) {
        addScaled(factors, known.factors, factor, at);
        addScaled(payload, known.payload, factor);
        continue;
      }
      const one = inverse(factor);
      scale(factors, one);
      scale(payload, one);
      this.#rows[at] = { factors, payload };
      this.#rank += 1;
      return true;
    }
    return false;
  }

  /** The fragments, in order. Only when complete; rows are used up. */
  solve(): Uint8Array[] {
    const rows = this.#rows.map((row) => {
      if (row === undefined) throw new RangeError('the block is not complete');
      return row;
    });
    for (let at = rows.length - 1; at >= 0; at--) {
      const row = rows[at];
      if (row === undefined) continue;
      for (let later = at + 1; later < rows.length; later++) {
        const factor = row.factors[later] ?? 0;
        const other = rows[later];
        if (factor !== 0 && other !== undefined) addScaled(row.payload, other.payload, factor);
      }
    }
    return rows.map(({ payload }) => payload);
  }
}
