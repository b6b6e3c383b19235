/**
 * Where the rows of a long list stand. Heights are guessed until a row has been seen and measured; twenty thousand
 * sums take well under a millisecond, so they are simply done again when a height changes.
 */
export class RowHeights {
  #heights: Float64Array;
  #tops: Float64Array;
  #stale = true;

  /** `guess` in pixels. `before` is the same list when it was shorter or longer: what was measured stays known. */
  constructor(
    readonly count: number,
    readonly guess: number,
    before?: RowHeights,
  ) {
    this.#heights = new Float64Array(count).fill(guess);
    if (before) this.#heights.set(before.#heights.subarray(0, count));
    this.#tops = new Float64Array(count + 1);
  }

  /** The height of all rows together. */
  get total(): number {
    return this.top(this.count);
  }

  /** The distance from the first row's top; `top(count)` is the end of the last row. */
  top(index: number): number {
    if (this.#stale) this.#sum();
    return this.#tops[Math.min(Math.max(index, 0), this.count)] ?? 0;
  }

  height(index: number): number {
    return this.#heights[index] ?? this.guess;
  }

  /** Remembers a measured height; answers by how much it differs from what was thought. */
  measured(index: number, height: number): number {
    const before = this.#heights[index];
    // A row that is hidden measures nothing, which says nothing about it.
    if (before === undefined || height <= 0) return 0;
    const by = height - before;
    if (Math.abs(by) < 0.5) return 0;
    this.#heights[index] = height;
    this.#stale = true;
    return by;
  }

  /** The row at that distance from the top. */
  at(y: number): number {
    if (this.#stale) this.#sum();
    let low = 0;
    let high = Math.max(this.count - 1, 0);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#tops[middle] ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #sum(): void {
    let top = 0;
    for (let index = 0; index < this.count; index++) {
      this.#tops[index] = top;
      top += this.#heights[index] ?? 0;
    }
    this.#tops[this.count] = top;
    this.#stale = false;
  }
}
