/** Room made at first where the length is not known. */
const FIRST_BYTES = 16_384;

/**
 * Collects a body in one buffer of its own. Chunks are copied: they are views that would keep the transport's buffers alive,
 * and a body dripped byte by byte would cost a hundred times its size as a list.
 */
export class ByteSink {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** `expected`: the declared length in bytes, where there is one. It is a hint only. */
  constructor(expected: number | undefined) {
    this.#bytes = new Uint8Array(expected ?? FIRST_BYTES);
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Adds a copy of `chunk`. */
  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Everything, alone in its buffer, at offset 0. Nothing may be added afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const whole = this.#length === this.#bytes.length;
    return whole ? this.#bytes : this.#bytes.slice(0, this.#length);
  }
}
