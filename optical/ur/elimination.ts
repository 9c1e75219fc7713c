/**
 * Gaussian elimination over GF(2), a row at a time: the fragments of a message from any sums of them. The reference
 * receivers only take away what is contained in something else, and so need more parts (docs/decisions/0020).
 *
 * A row is a bit for every fragment, 32 to a word, followed by the sum of those fragments.
 */

export class Elimination {
  readonly #count: number;
  readonly #maskWords: number;
  readonly #rowWords: number;
  readonly #size: number;
  /** By the lowest bit of their mask. */
  readonly #rows: (Uint32Array | undefined)[] = [];
  #rank = 0;

  /**
   * @param count fragments of the message
   * @param size bytes of a fragment
   */
  constructor(count: number, size: number) {
    this.#count = count;
    this.#size = size;
    this.#maskWords = Math.ceil(count / 32);
    this.#rowWords = this.#maskWords + Math.ceil(size / 4);
  }

  /** Independent sums so far. */
  get rank(): number {
    return this.#rank;
  }

  get complete(): boolean {
    return this.#rank === this.#count;
  }

  /** Takes the sum of these fragments. Returns false when it says nothing new. */
  add(fragments: readonly number[], sum: Uint8Array): boolean {
    const row = new Uint32Array(this.#rowWords);
    for (const at of fragments) row[at >>> 5] = (row[at >>> 5] ?? 0) ^ (1 << (at & 31));
    this.#bytesOf(row).set(sum);
    for (let at = 0; at < this.#maskWords; at++)
      for (let bits = row[at] ?? 0; bits !== 0; bits = row[at] ?? 0) {
        const pivot = 32 * at + lowestBit(bits);
        const known = this.#rows[pivot];
        if (known === undefined) {
          this.#rows[pivot] = row;
          this.#rank += 1;
          return true;
        }
        // Before its pivot a row has no bits: there is nothing to add.
        addRow(row, known, at);
      }
    return false;
  }

  /** The fragments one after another. Throws RangeError unless complete. Rows are used up. */
  solve(): Uint8Array {
    if (!this.complete) throw new RangeError('there are not enough sums yet');
    const out = new Uint8Array(this.#count * this.#size);
    for (let pivot = this.#count - 1; pivot >= 0; pivot--) {
      const row = this.#rows[pivot];
      if (row === undefined) continue;
      const mask = row.slice(0, this.#maskWords);
      for (let later = pivot + 1; later < this.#count; later++) {
        const other = this.#rows[later];
        if (((mask[later >>> 5] ?? 0) >>> (later & 31)) & 1 && other !== undefined)
          addRow(row, other, this.#maskWords);
      }
      out.set(this.#bytesOf(row), pivot * this.#size);
    }
    return out;
  }

  /** The bytes of a row's sum. */
  #bytesOf(row: Uint32Array): Uint8Array {
    return new Uint8Array(row.buffer, 4 * this.#maskWords, this.#size);
  }
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);

function addRow(target: Uint32Array, row: Uint32Array, from: number): void {
  for (let at = from; at < target.length; at++) target[at] = (target[at] ?? 0) ^ (row[at] ?? 0);
}
