/** A plain object, as JSON or an object literal makes it. */
export type PlainObject = Record<string, unknown>;

/** Whether `value` is an object or an array, whatever its class. */
export function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether `value` is an object that has no class of its own. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (!isContainer(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // a plain object of another realm (vm, iframe): its prototype has none itself
  return !Array.isArray(value) && Object.getPrototypeOf(prototype) === null;
}

/** Whether `value` is walked as an object or an array. All else is a leaf. */
export function isTree(value: unknown): value is PlainObject | unknown[] {
  return Array.isArray(value) || isPlainObject(value);
}

/** Equality of two leaves: by value for numbers (NaN too) and URLs, by identity for the rest. */
export function sameLeaf(a: unknown, b: unknown): boolean {
  if (a === b || (a !== a && b !== b)) return true;
  return a instanceof URL && b instanceof URL && a.href === b.href;
}

/** What a value is called in an error message: `a Date`, `a function`, `null`, `a number`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { constructor } = value as { constructor?: { name?: unknown } };
  const name = typeof constructor === 'function' ? constructor.name : undefined;
  return typeof name === 'string' && name !== 'Object' && name !== '' ? `a ${name}` : 'an object';
}

/** Whether `value` is bytes, of whatever realm: test runners have their own. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Whether `value` can be waited for: a promise of whatever make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** What foreign code gave for a number; NaN for anything else. A promise that rejects later harms nobody. */
export function numberOf(value: unknown): number {
  if (isThenable(value)) value.then(undefined, () => {});
  return typeof value === 'number' ? value : NaN;
}
