/** What is shown in the place of a secret. */
export const HIDDEN = '[secret]';

/** Found on the secrets of every copy of this package, see {@link isSecret}. */
const BRAND: unique symbol = /* @__PURE__ */ Symbol.for('holdfast.secret') as never;

/** What Node, Bun and Deno ask how to print an object. */
export const INSPECT: unique symbol = /* @__PURE__ */ Symbol.for(
  'nodejs.util.inspect.custom',
) as never;

/**
 * A value that is shown to nobody by accident: as text, as JSON, in a template, on the console and in logs it is
 * `[secret]`. In the value of a config it is a leaf, with what it holds for its identity.
 */
export class Secret<T> {
  readonly #value: T;

  /** @param value What is to be kept from sight. */
  constructor(value: T) {
    this.#value = value;
    // not as members of the class: bundlers cannot leave out one whose members have computed names
    Object.defineProperties(this, {
      [BRAND]: { value: true },
      [INSPECT]: { value: () => HIDDEN },
    });
    Object.freeze(this);
  }

  /** The value itself: call it where it is used, and keep the secret until then. */
  reveal(): T {
    return this.#value;
  }

  /** `[secret]` */
  toString(): string {
    return HIDDEN;
  }

  /** `[secret]` */
  toJSON(): string {
    return HIDDEN;
  }
}

/** Whether `value` is a {@link Secret}, of any copy of this package. */
export function isSecret(value: unknown): value is Secret<unknown> {
  return typeof value === 'object' && value !== null && BRAND in value;
}
