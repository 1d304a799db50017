/** The first place where a text stops being JSON. */
export interface JsonFault {
  /** In UTF-16 units from the start. */
  readonly offset: number;
  /** What could have stood there. */
  readonly expected: string;
}

/**
 * Finds the first fault of a text that `JSON.parse` refused, by the grammar of RFC 8259. It runs only after a refusal,
 * and says what was expected without quoting what is there: the text may hold a secret.
 */
export function findJsonFault(text: string): JsonFault {
  const scan = new Scan(text);
  let state: State = 'value';
  while (state !== 'end' && state !== 'fault') state = scan.step(state);
  return { offset: scan.at, expected: scan.expected };
}

/** Where and why a text is no JSON, for an error message: `is not valid JSON at line 3, column 7: expected a comma or }`. */
export function describeJsonFault(text: string): string {
  const { offset, expected } = findJsonFault(text);
  const lines = text.slice(0, offset).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  const where = `line ${lines.length}, column ${column}`;
  const ends = offset === text.length ? '; the text ends here' : '';
  return `is not valid JSON at ${where}: expected ${expected}${ends}${quoteStart(text)}`;
}

/**
 * The first words of a text that is no JSON at all: an error page, a stack trace. It ends where a value could stand, since
 * such texts echo what they were asked with, credentials and all.
 */
function quoteStart(text: string): string {
  const [words] = /^[a-z\s<>!/.,;-]*/i.exec(text.trimStart().slice(0, 64))!;
  return words === ''
    ? ''
    : `; it begins with ${JSON.stringify(words.trimEnd().replaceAll(/\s+/g, ' '))}`;
}

/** What may come next. `first-…`: right after the container was opened, so that it may also be closed. */
type State = 'value' | 'first-item' | 'key' | 'first-key' | 'after' | 'end' | 'fault';

const SPACE = /[\t\n\r ]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const STRING_PART = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Scan {
  at = 0;
  expected = 'nothing more';
  readonly #text: string;
  /** What closes each open container. A list and no recursion: the text may be nested without end. */
  readonly #open: ('}' | ']')[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  step(state: Exclude<State, 'end' | 'fault'>): State {
    this.#match(SPACE);
    switch (state) {
      case 'first-item':
        return this.#close() ? 'after' : this.#value('a value or ]');
      case 'first-key':
        return this.#close() ? 'after' : this.#key('a key in quotes or }');
      case 'value':
        return this.#value('a value');
      case 'key':
        return this.#key('a key in quotes');
      case 'after':
        return this.#after();
    }
  }

  #value(expected: string): State {
    if (this.#take('{')) {
      this.#open.push('}');
      return 'first-key';
    }
    if (this.#take('[')) {
      this.#open.push(']');
      return 'first-item';
    }
    if (this.#take('"')) return this.#restOfString() ? 'after' : 'fault';
    return this.#match(SCALAR) ? 'after' : this.#fault(expected);
  }

  #key(expected: string): State {
    if (!this.#take('"')) return this.#fault(expected);
    if (!this.#restOfString()) return 'fault';
    this.#match(SPACE);
    return this.#take(':') ? 'value' : this.#fault('a colon after the key');
  }

  #after(): State {
    if (this.#close()) return 'after';
    const close = this.#open.at(-1);
    if (close === undefined) {
      return this.at < this.#text.length ? this.#fault('the end of the document') : 'end';
    }
    if (!this.#take(',')) return this.#fault(`a comma or ${close}`);
    return close === '}' ? 'key' : 'value';
  }

  #close(): boolean {
    const close = this.#open.at(-1);
    if (close === undefined || !this.#take(close)) return false;
    this.#open.pop();
    return true;
  }

  #restOfString(): boolean {
    while (this.#match(STRING_PART));
    if (this.#take('"')) return true;
    const ended = this.at >= this.#text.length;
    this.#fault(ended ? 'the end of a string' : 'a valid character or escape in a string');
    return false;
  }

  #take(char: string): boolean {
    if (this.#text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.#text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  #fault(expected: string): 'fault' {
    this.expected = expected;
    return 'fault';
  }
}
