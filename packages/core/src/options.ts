import type { HoldfastError } from './errors.ts';
import { type Path, parsePath } from './document/path.ts';
import { isPath, OptionCheck } from './options/check.ts';

export { isPath, MAX_WAIT_MS } from './options/check.ts';

/** Characters that the name of a loader has at most. */
export const MAX_NAME_LENGTH = 200;

/**
 * Checks the options of one loader, cache or the like, as those of the engine are checked: every message names the option,
 * its owner, what is allowed and the value it got. What may be secret is never shown, only what kind of value it is.
 *
 * It has beside the checks of the engine those that the engine itself does not need, so that only its users load them.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS` from each of its methods.
 */
export class OptionChecks extends OptionCheck {
  readonly #secrets: readonly string[];

  /**
   * @param owner What the options are of, for the message: `httpLoader()`.
   * @param secrets Options whose values, and all values in them, are not shown. `options` itself never is: people pass a
   *   URL or a key in its place.
   */
  constructor(owner: string, secrets: readonly string[] = []) {
    super(owner);
    this.#secrets = ['options', ...secrets];
  }

  /** One of several texts. */
  oneOf(option: string, value: unknown, allowed: readonly string[]): void {
    if (allowed.includes(value as string)) return;
    throw this.fail(option, allowed.map((each) => `"${each}"`).join(' or '), value);
  }

  /** A list, each item of which passes `check`, which gets the name of the item: `preload[0]`. */
  list(option: string, value: unknown, check: (item: string, value: unknown) => void): void {
    if (!Array.isArray(value)) throw this.fail(option, 'a list', value);
    for (const [i, item] of value.entries()) check(`${option}[${i}]`, item);
  }

  /** A path, dotted or in array form, taken apart. */
  path(option: string, value: unknown): Path {
    if (!isPath(value)) throw this.fail(option, 'a path, dotted or in array form', value);
    return parsePath(value);
  }

  /** An object with any keys. */
  record(option: string, value: unknown): void {
    this.object(option, value, Object.keys(Object(value) as object));
  }

  /** A name that people are shown. It is not shown here: many are made of a URL. */
  name(option: string, value: unknown): void {
    if (typeof value === 'string' && /^[^\p{Cc}]{1,200}$/u.test(value)) return;
    const allowed = '1 to 200 characters without control characters';
    throw this.fail(option, allowed, value, kindOf(value));
  }

  override fail(option: string, allowed: string, value: unknown, shown?: string): HoldfastError {
    const isSecret = this.#secrets.some((secret) => isWithin(option, secret));
    return super.fail(option, allowed, value, isSecret ? (shown ?? kindOf(value)) : shown);
  }
}

/** Whether `option` is `whole`, or in it: `headers.x-a`, `urls[0]`. */
function isWithin(option: string, whole: string): boolean {
  return option.startsWith(whole) && /^(?:$|[.[])/.test(option.slice(whole.length));
}

/** What a value is, without telling the value: for messages about what may be secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
