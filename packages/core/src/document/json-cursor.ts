/** Keys and indexes from the top to a value. */
type Way = readonly (string | number)[];

/** A place from which a walk can begin: where an entry starts, and the way to it. */
export interface Mark {
  readonly at: number;
  readonly path: Way;
}

/** An entry of a container. */
export interface Entry {
  readonly isArray: boolean;
  /** In an array. */
  index: number;
  /** In an object: where its key stands, in quotes. */
  keyFrom: number;
  keyTo: number;
  /** The same where only a mark knows it. */
  key: string | undefined;
}

/** A container that is open where the walk stands, and the entry of it that is at hand. */
export interface Opened extends Entry {
  /** Where it starts; -1 when that is before the mark that the walk began from. */
  readonly from: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const SPACE = 0x20;

/**
 * Walks through the bytes of JSON, and stops wherever a value ends: at what is inside before what it is in. The JSON must
 * be valid, as what was parsed is: nothing is checked. Of other bytes it makes something, and comes to their end.
 */
export class JsonCursor {
  /** Where the value starts that ended last; -1 when that is before the mark. */
  from = 0;
  /** Its end: one after its last byte. */
  to = 0;
  /** Entries and items that were passed so far, with those whose key was there before. */
  entries = 0;
  readonly #bytes: Uint8Array;
  readonly #open: Opened[];
  #at: number;
  /** A value has ended, and what follows it comes next; else an entry begins. */
  #ended = false;

  constructor(bytes: Uint8Array, { at, path }: Mark = { at: contentStart(bytes), path: [] }) {
    this.#bytes = bytes;
    this.#at = at;
    this.#open = path.map((key) => {
      const isArray = typeof key === 'number';
      return {
        from: -1,
        isArray,
        index: isArray ? key : 0,
        keyFrom: 0,
        keyTo: 0,
        key: isArray ? undefined : key,
      };
    });
  }

  /** Goes on to the next value that ends; false after the whole text. */
  next(): boolean {
    for (;;) {
      const inside = this.#open.at(-1);
      if (this.#ended) {
        if (inside === undefined) return false;
        if (this.#byte() !== COMMA) return this.#close(inside.from);
        this.#at++;
        inside.index++;
      }
      if (inside) this.entries++;
      if (inside && !inside.isArray) this.#key(inside);
      if (this.#value()) return true;
    }
  }

  /** The way to the value that ended last. */
  path(): Way {
    return this.#open.map((inside) => this.keyOf(inside));
  }

  /** How many bytes the keys of that way take, in their quotes. */
  get wayBytes(): number {
    let bytes = 0;
    for (const { keyFrom, keyTo } of this.#open) bytes += keyTo - keyFrom;
    return bytes;
  }

  /** How many containers are open around the value that ended last. */
  get depth(): number {
    return this.#open.length;
  }

  /** The innermost of them, which has it as its entry at hand; it goes on changing. Undefined after the whole text. */
  get inside(): Readonly<Opened> | undefined {
    return this.#open.at(-1);
  }

  /** Key or index of an entry. */
  keyOf({ isArray, index, key, keyFrom, keyTo }: Readonly<Entry>): string | number {
    if (isArray) return index;
    if (key !== undefined) return key;
    return JSON.parse(new TextDecoder().decode(this.#bytes.subarray(keyFrom, keyTo))) as string;
  }

  /** From here a walk comes to the value that ended last, and to all after it. */
  mark(): Mark {
    const inside = this.#open.at(-1);
    const at = inside && !inside.isArray ? inside.keyFrom : this.from;
    return { at, path: this.path() };
  }

  /** The next byte that is no white space. */
  #byte(): number | undefined {
    const bytes = this.#bytes;
    while (bytes[this.#at]! <= SPACE) this.#at++;
    return bytes[this.#at];
  }

  /** Passes a value that holds no others, or goes into one that does. */
  #value(): boolean {
    const byte = this.#byte();
    const from = this.#at;
    this.#ended = false;
    if (byte === OBJECT || byte === ARRAY) {
      const isArray = byte === ARRAY;
      this.#at++;
      this.#open.push({ from, isArray, index: 0, keyFrom: 0, keyTo: 0, key: undefined });
      const first = this.#byte();
      return first === OBJECT_END || first === ARRAY_END ? this.#close(from) : false;
    }
    if (byte === QUOTE) this.#string();
    else this.#word();
    return this.#end(from);
  }

  #close(from: number): true {
    this.#open.pop();
    this.#at++;
    return this.#end(from);
  }

  #end(from: number): true {
    this.from = from;
    this.to = this.#at;
    this.#ended = true;
    return true;
  }

  #key(inside: Opened): void {
    this.#byte();
    inside.keyFrom = this.#at;
    this.#string();
    inside.keyTo = this.#at;
    inside.key = undefined;
    this.#byte();
    this.#at++; // the colon
  }

  #string(): void {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    for (let byte = bytes[at]; byte !== QUOTE && byte !== undefined; byte = bytes[at])
      at += byte === BACKSLASH ? 2 : 1;
    this.#at = at + 1;
  }

  /** A number, `true`, `false` or `null`. */
  #word(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let byte = bytes[at]; isOfWord(byte); byte = bytes[at]) at++;
    this.#at = at;
  }
}

function isOfWord(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    byte > SPACE &&
    byte !== COMMA &&
    byte !== OBJECT_END &&
    byte !== ARRAY_END
  );
}

/** After the byte order mark that a text may have. */
function contentStart(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
