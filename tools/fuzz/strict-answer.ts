/** How a connection was left after the bytes. */
export type Ending = 'open' | 'end' | 'reset';

/** A whole answer, or why there is none. */
export type StrictAnswer =
  | {
      readonly kind: 'whole';
      readonly status: number;
      readonly fields: readonly (readonly [name: string, value: string])[];
      readonly body: Buffer;
    }
  /** `cut`: it ends before its end; else it has another form. */
  | { readonly kind: 'broken'; readonly why: string; readonly cut: boolean };

/** Thrown within this file only. */
class Broken extends Error {}

/** Thrown within this file only: what is there is well-formed, but there is too little of it. */
class Cut extends Broken {}

/** Of the line only the status counts: another version, a reason of any bytes or none say nothing about the document. */
const STATUS_LINE = /^HTTP\/\d\.\d ([1-9]\d\d)(?: .*)?$/s;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/;
const CHUNK = /^([\da-f]+)(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** Reads an answer to a GET as RFC 9112 writes it, and not a byte otherwise: what the loaders are held against. */
export function readAnswer(bytes: Buffer, ending: Ending): StrictAnswer {
  try {
    return new StrictReader(bytes, ending).read();
  } catch (error) {
    if (error instanceof Broken) {
      return { kind: 'broken', why: error.message, cut: error instanceof Cut };
    }
    throw error;
  }
}

class StrictReader {
  readonly #bytes: Buffer;
  readonly #ending: Ending;
  #at = 0;

  constructor(bytes: Buffer, ending: Ending) {
    this.#bytes = bytes;
    this.#ending = ending;
  }

  read(): StrictAnswer {
    for (;;) {
      this.#skipBlankLines();
      const [, code] = STATUS_LINE.exec(this.#line()) ?? broken('status line');
      const fields = this.#fields();
      const status = Number(code);
      if (status === 101) broken('an upgrade that nobody asked for');
      if (status >= 200) {
        const body = status === 204 || status === 304 ? Buffer.alloc(0) : this.#body(fields);
        return { kind: 'whole', status, fields, body };
      }
    }
  }

  /** Before an answer they mean nothing. */
  #skipBlankLines(): void {
    while (this.#bytes[this.#at] === 13 || this.#bytes[this.#at] === 10) this.#at += 1;
  }

  #fields(): [string, string][] {
    const fields: [string, string][] = [];
    for (let line = this.#line(); line !== ''; line = this.#line()) {
      const [, name, value] = FIELD.exec(line) ?? broken('field');
      fields.push([name!.toLowerCase(), value!]);
    }
    return fields;
  }

  #body(fields: readonly [string, string][]): Buffer {
    const coding = valuesOf(fields, 'transfer-encoding');
    const lengths = valuesOf(fields, 'content-length');
    if (coding.length > 0) {
      if (lengths.length > 0) broken('two framings');
      if (coding.join().toLowerCase() !== 'chunked') broken('transfer coding');
      return this.#chunks();
    }
    if (lengths.length > 0) return this.#take(lengthOf(lengths));
    // a RST ends such a body as well: what it cuts off shows in the document, which has an end of its own (H20)
    if (this.#ending === 'open') throw new Cut('a body without an end');
    return this.#take(this.#bytes.length - this.#at);
  }

  #chunks(): Buffer {
    const chunks: Buffer[] = [];
    for (;;) {
      const [, size] = CHUNK.exec(this.#line()) ?? broken('chunk size');
      const length = Number.parseInt(size!, 16);
      if (length === 0) break;
      chunks.push(this.#take(length));
      if (this.#line() !== '') broken('chunk end');
    }
    this.#trailer();
    return Buffer.concat(chunks);
  }

  /** All of the body is there: a trailer that is cut is one of another form. */
  #trailer(): void {
    try {
      this.#fields();
    } catch {
      broken('trailer');
    }
  }

  #line(): string {
    const end = this.#bytes.indexOf('\r\n', this.#at);
    if (end === -1) {
      const rest = this.#bytes.toString('latin1', this.#at);
      throw new (/[\r\n]/.test(rest) ? Broken : Cut)('a line without an end');
    }
    const line = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (!(end <= this.#bytes.length)) throw new Cut('too few bytes');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** Every value of a field, lists taken apart. */
export function valuesOf(fields: readonly (readonly [string, string])[], name: string): string[] {
  return fields.flatMap(([key, value]) =>
    key === name ? value.split(',').map((one) => one.trim()) : [],
  );
}

function lengthOf(values: readonly string[]): number {
  const [length = ''] = values;
  if (!/^\d+$/.test(length) || values.some((other) => other !== length)) broken('length');
  return Number(length);
}

function broken(why: string): never {
  throw new Broken(why);
}
