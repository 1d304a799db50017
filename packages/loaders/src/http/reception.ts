import { ByteSink } from './byte-sink.ts';

/** An error page longer than this costs more to read than a new connection. */
const MAX_DRAINED_BYTES = 65_536;

/** Reads one body: keeps that of a 200; any other is read too, so that its connection can be used again. */
export class Reception {
  /** Most bytes that are read. */
  readonly most: number;
  readonly #kept: ByteSink | undefined;
  readonly #declared: number | undefined;
  #length = 0;

  /** `declared`: the length in bytes that the answer told, where it did. `maxBytes`: of a body that is kept. */
  constructor(keep: boolean, declared: number | undefined, maxBytes: number) {
    this.#declared = declared;
    this.most = keep ? maxBytes : MAX_DRAINED_BYTES;
    // what is declared too long is refused unread
    const fits = declared === undefined || declared <= this.most;
    this.#kept = keep && fits ? new ByteSink(declared) : undefined;
  }

  /** Reads on; false when the body gets too long. */
  add(chunk: Uint8Array): boolean {
    this.#length += chunk.length;
    if (this.#length > this.most) return false;
    this.#kept?.add(chunk);
    return true;
  }

  /** How much there is so far, for people. */
  get part(): string {
    const whole = this.#declared === undefined ? '' : ` of ${this.#declared}`;
    return `${this.#length}${whole} bytes`;
  }

  /** What was kept, see {@link ByteSink.take}. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    return this.#kept?.take();
  }
}
