import { kindOf } from '../document/kind.ts';
import { type Path, parsePath } from '../document/path.ts';
import { HoldfastError } from '../errors.ts';

/** Longest wait that can be asked for. */
export { MAX_WAIT_MS } from '../ports/clock.ts';

/** Shared by all who name none. */
const NO_PATHS: readonly Path[] = [];

function isKey(key: unknown): boolean {
  return typeof key === 'string' || Number.isInteger(key);
}

/** Whether `path` is one, dotted or in array form; the empty one is none. */
export function isPath(path: unknown): path is string | Path {
  if (typeof path === 'string') return path !== '';
  return Array.isArray(path) && path.length > 0 && path.every(isKey);
}

/**
 * Checks one group of options. Every message names the option, the value it got and what is allowed.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` from each of its methods.
 */
export class OptionCheck {
  readonly #owner: string;

  /** @param owner What the options are of, for the message: `config "app"`. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /** Refuses what is no object, and keys that are not in `known`, naming the nearest one: of those, or `below` them. */
  object(
    option: string,
    value: unknown,
    known: readonly string[],
    below: readonly string[] = [],
  ): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      // of a text its kind alone: it may be a secret that stands in the wrong place
      throw this.fail(option, 'an object', value, typeof value === 'string' ? 'a text' : undefined);
    }
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const prefix = option === 'options' ? '' : `${option}.`;
      const meant = nearest(key, [...known, ...below]);
      const hint = meant
        ? `did you mean "${prefix}${meant}"?`
        : `there are ${known.join(', ') || 'none'}`;
      throw new HoldfastError(
        'INVALID_OPTIONS',
        `Cannot use option ${show(prefix + key)} of ${this.#owner}: it is unknown; ${hint}`,
      );
    }
  }

  /** A number of milliseconds or the like, whole or not. `of` says what a bound comes from: ` (intervalMs)`. */
  range(
    option: string,
    value: unknown,
    min: number,
    max: number,
    of = '',
  ): asserts value is number {
    if (typeof value === 'number' && value >= min && value <= max) return; // false for NaN
    throw this.fail(option, `a number from ${min} to ${max}${of}`, value);
  }

  /** A whole number: a count, a size in bytes. */
  count(option: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return;
    const upTo = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw this.fail(option, `a whole number ${upTo}`, value);
  }

  /** A text that is not empty. */
  text(option: string, value: unknown): void {
    if (typeof value !== 'string' || value === '')
      throw this.fail(option, 'a text that is not empty', value);
  }

  /** True or false. */
  flag(option: string, value: unknown): void {
    if (typeof value !== 'boolean') throw this.fail(option, 'true or false', value);
  }

  /** A function. */
  callable(option: string, value: unknown): void {
    if (typeof value !== 'function') throw this.fail(option, 'a function', value);
  }

  /** A list of texts that are not empty. */
  texts(option: string, value: unknown): asserts value is readonly string[] {
    if (!Array.isArray(value)) throw this.fail(option, 'a list of texts that are not empty', value);
    value.forEach((item, i) => this.text(`${option}[${i}]`, item));
  }

  /** A list of paths, dotted or in array form; none for undefined. The empty path would be everything. */
  paths(option: string, value: unknown): readonly Path[] {
    if (value === undefined) return NO_PATHS;
    const form = 'dotted or in array form';
    if (!Array.isArray(value)) throw this.fail(option, `a list of paths, ${form}`, value);
    return value.map((item: unknown, i) => {
      if (isPath(item)) return parsePath(item);
      throw this.fail(`${option}[${i}]`, `a path, ${form}`, item);
    });
  }

  /** An object with methods of these names: the message names those that it lacks. */
  methods(option: string, value: unknown, names: readonly string[]): void {
    const members = value as Readonly<Record<string, unknown>> | null | undefined;
    const lacking = names.filter((name) => typeof members?.[name] !== 'function');
    if (lacking.length > 0)
      throw this.fail(option, `an object with ${lacking.join('(), ')}()`, value);
  }

  /** The error for `option`, when none of the checks above says it. `shown` stands for a value that says more in words. */
  fail(
    option: string,
    allowed: string,
    value: unknown,
    shown: string = show(value),
  ): HoldfastError {
    return new HoldfastError(
      'INVALID_OPTIONS',
      `Cannot use "${option}" of ${this.#owner} as it must be ${allowed}: current value is ${shown}`,
    );
  }
}

/** Checks what a method of a config is called with. */
export function checkOf({ name }: { readonly name: string }, method: string): OptionCheck {
  return new OptionCheck(`${method}() of config ${JSON.stringify(name)}`);
}

/** A value for an error message; short, and never the inside of an object. */
function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
  try {
    return Object(value) === value ? kindOf(value) : String(value);
  } catch {
    // it lets nobody look
    return 'an object';
  }
}

/** What `name` may have been meant to be: it has most of its pairs of letters, or all of its letters in another order. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const word = name.toLowerCase();
  const pairs = Array.from(word.slice(1), (letter, i) => word[i]! + letter);
  const score = (other: string): number =>
    sorted(word) === sorted(other)
      ? Infinity
      : pairs.filter((pair) => other.toLowerCase().includes(pair)).length - other.length / 100;
  const [best = ''] = known.toSorted((a, b) => score(b) - score(a));
  return score(best) > pairs.length / 2 ? best : undefined;
}

const sorted = (word: string): string => [...word.toLowerCase()].toSorted().join('');
