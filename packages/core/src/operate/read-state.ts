import {
  copyJson,
  formatPath,
  HoldfastError,
  isPlainObject,
  messageOf,
  OptionCheck,
} from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import type { PlainObject } from '../document/kind.ts';
import { checksumOf, type StateBody, type StateDocument } from './state-document.ts';

/**
 * Checks a document that may be of anybody: its form, its version, its checksum, and every part of it.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the path
 */
export async function readState(document: unknown): Promise<StateDocument> {
  const copy = copied(document);
  const reader = new StateReader();
  const state = reader.object(copy, [], ['holdfast', 'version', 'at', 'configs', 'checksum']);
  reader.oneOf(state, ['holdfast'], ['state']);
  reader.oneOf(state, ['version'], [1]);
  const { checksum, ...body } = state;
  if ((await checksumOf(body as unknown as StateBody)) !== checksum)
    throw reader.fail(['checksum'], 'that of its content: it was cut or changed', checksum);
  reader.time(state, ['at']);
  for (const [name, config] of reader.entries(state, ['configs'])) {
    readConfig(reader, config, ['configs', name]);
  }
  return state as unknown as StateDocument;
}

function copied(document: unknown): unknown {
  try {
    return copyJson(document);
  } catch (cause) {
    const text = `Cannot import the state: the document ${messageOf(cause)}`;
    throw new HoldfastError('INVALID_OPTIONS', text, { cause });
  }
}

function readConfig(reader: StateReader, value: unknown, path: Path): void {
  const config = reader.object(value, path, ['sources', 'overrides', 'pin', 'snapshots']);
  readLayers(reader, config, path);
  if (config['pin'] !== null) readPin(reader, config['pin'], [...path, 'pin']);
  const ids = new Set<unknown>();
  for (const [i, item] of reader.items(config, [...path, 'snapshots'])) {
    const at = [...path, 'snapshots', i];
    const snapshot = readSnapshot(reader, item, at);
    reader.unique(ids, snapshot, [...at, 'id']);
  }
}

function readLayers(reader: StateReader, layers: PlainObject, path: Path): void {
  for (const [name, value] of reader.entries(layers, [...path, 'sources'])) {
    if (value === null) continue;
    const at = [...path, 'sources', name];
    const source = reader.object(value, at, ['document', 'doNotStore']);
    if (!('document' in source)) throw reader.fail([...at, 'document'], 'JSON', undefined);
    reader.optional(source, [...at, 'doNotStore'], (parent, where) => reader.flag(parent, where));
  }
  const ids = new Set<unknown>();
  for (const [i, item] of reader.items(layers, [...path, 'overrides'])) {
    const at = [...path, 'overrides', i];
    const known = ['id', 'patch', 'by', 'reason', 'at', 'expiresAt', 'persist'];
    const override = reader.object(item, at, known);
    reader.object(override['patch'], [...at, 'patch']);
    for (const key of ['id', 'by', 'reason']) reader.text(override, [...at, key]);
    reader.time(override, [...at, 'at']);
    reader.flag(override, [...at, 'persist']);
    reader.optional(override, [...at, 'expiresAt'], (parent, where) => reader.time(parent, where));
    reader.unique(ids, override, [...at, 'id']);
  }
}

function readPin(reader: StateReader, value: unknown, path: Path): void {
  const pin = reader.object(value, path, ['kind', 'barred', 'by', 'reason', 'at']);
  reader.oneOf(pin, [...path, 'kind'], ['document', 'all']);
  for (const key of ['by', 'reason']) reader.text(pin, [...path, key]);
  reader.time(pin, [...path, 'at']);
  for (const [name] of reader.entries(pin, [...path, 'barred']))
    reader.items(pin['barred'] as PlainObject, [...path, 'barred', name]);
}

function readSnapshot(reader: StateReader, value: unknown, path: Path): PlainObject {
  const known = [
    'id',
    'version',
    'description',
    'tags',
    'at',
    'by',
    'keep',
    'sources',
    'overrides',
  ];
  const snapshot = reader.object(value, path, known);
  for (const key of ['id', 'description']) reader.text(snapshot, [...path, key]);
  for (const key of ['version', 'at']) reader.time(snapshot, [...path, key]);
  for (const [i, tag] of reader.items(snapshot, [...path, 'tags'])) {
    reader.text({ [i]: tag }, [...path, 'tags', i]);
  }
  reader.flag(snapshot, [...path, 'keep']);
  reader.optional(snapshot, [...path, 'by'], (parent, where) => reader.text(parent, where));
  readLayers(reader, snapshot, path);
  return snapshot;
}

/** Beyond it there are no dates, in milliseconds. */
const LAST_DATE = 8.64e15;

/** Checks what stands at the end of a path. */
class StateReader {
  readonly #check: OptionCheck = new OptionCheck('the state document');

  fail(path: Path, allowed: string, value: unknown): HoldfastError {
    return this.#check.fail(formatPath(path), allowed, value);
  }

  /** @param known Its keys, where no others are allowed. */
  object(value: unknown, path: Path, known?: readonly string[]): PlainObject {
    if (!isPlainObject(value)) throw this.fail(path, 'an object', value);
    if (known) this.#check.object(path.length === 0 ? 'options' : formatPath(path), value, known);
    return value;
  }

  entries(parent: PlainObject, path: Path): readonly (readonly [string, unknown])[] {
    return Object.entries(this.object(valueAt(parent, path), path));
  }

  items(parent: PlainObject, path: Path): readonly (readonly [number, unknown])[] {
    const value = valueAt(parent, path);
    if (!Array.isArray(value)) throw this.fail(path, 'a list', value);
    return [...value.entries()];
  }

  text(parent: PlainObject, path: Path): void {
    this.#check.text(formatPath(path), valueAt(parent, path));
  }

  time(parent: PlainObject, path: Path): void {
    this.#check.range(formatPath(path), valueAt(parent, path), 0, LAST_DATE);
  }

  flag(parent: PlainObject, path: Path): void {
    const value = valueAt(parent, path);
    if (typeof value !== 'boolean') throw this.fail(path, 'true or false', value);
  }

  oneOf(parent: PlainObject, path: Path, allowed: readonly unknown[]): void {
    const value = valueAt(parent, path);
    const all = allowed.map((one) => JSON.stringify(one)).join(' or ');
    if (!allowed.includes(value)) throw this.fail(path, all, value);
  }

  optional(
    parent: PlainObject,
    path: Path,
    check: (parent: PlainObject, path: Path) => void,
  ): void {
    if (valueAt(parent, path) !== undefined) check(parent, path);
  }

  unique(taken: Set<unknown>, parent: PlainObject, path: Path): void {
    const value = valueAt(parent, path);
    if (taken.has(value)) throw this.fail(path, 'one that no other has', value);
    taken.add(value);
  }
}

function valueAt(parent: PlainObject, path: Path): unknown {
  const key = path.at(-1)!;
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}
