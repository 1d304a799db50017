import { formatPath, HoldfastError, type JsonValue, type Path } from '@holdfast/core';
import { byIndex, getAt, parsePath, setAt } from '@holdfast/core/json';
import type { OptionChecks } from '@holdfast/core/options';

/** What moves where. */
export interface Rename {
  readonly from: Path;
  readonly to: Path;
}

/** The document with these paths alone, each at its place. */
export function pickPaths(document: JsonValue, paths: readonly Path[]): JsonValue {
  let picked: unknown = {};
  for (const path of paths) {
    const item = getAt(document, path);
    if (item !== undefined) picked = put(picked, path, { item, of: document });
  }
  return picked as JsonValue;
}

/** The document with each of these at its new path. All are taken away before any is put, so that two can swap. */
export function renamePaths(document: JsonValue, renames: readonly Rename[]): JsonValue {
  const moved = renames.flatMap((rename) => {
    const item = getAt(document, rename.from);
    return item === undefined ? [] : [{ ...rename, item }];
  });
  let result: unknown = document;
  for (const { from } of moved.toSorted((a, b) => byIndex(b.from, a.from))) {
    result = withoutItem(result, from);
    if (getAt(result, from) !== undefined)
      throw refused(`${formatPath(from)} is not at the end of its array, and cannot be taken away`);
  }
  for (const { to, item } of moved) {
    if (getAt(result, to) !== undefined)
      throw refused(`there is something at ${formatPath(to)} already`);
    result = put(result, to, { item, of: result });
  }
  return result as JsonValue;
}

/** Without what is there, and without the objects that have nothing else in them. */
function withoutItem(document: unknown, path: Path): unknown {
  const above = path.slice(0, -1);
  const alone = above.length > 0 && Object.keys(getAt(document, above) as object).length === 1;
  // an item of an array stays at its index
  const inArray = Array.isArray(getAt(document, above.slice(0, -1)));
  return alone && !inArray ? withoutItem(document, above) : setAt(document, path, undefined);
}

/** Checks the paths of `rename`. @throws {HoldfastError} `INVALID_OPTIONS` */
export function planRenames(
  rename: Readonly<Record<string, string>>,
  check: OptionChecks,
): readonly Rename[] {
  return Object.entries(rename).map(([from, to]) => {
    const option = from === '' ? 'rename' : `rename.${from}`;
    if (from === '') throw check.fail(option, 'by paths that are not empty', rename);
    check.text(option, to);
    const paths = { from: parsePath(from), to: parsePath(to) };
    if ([...paths.from, ...paths.to].includes('__proto__'))
      throw check.fail(option, 'without "__proto__"', to);
    return paths;
  });
}

function put(
  target: unknown,
  path: Path,
  { item, of }: { readonly item: unknown; readonly of: unknown },
): unknown {
  const inArray = path.some((_, i) => Array.isArray(getAt(of, path.slice(0, i))));
  const next = inArray ? undefined : setAt(target, path, item);
  if (next === undefined || getAt(next, path) !== item)
    throw refused(`${formatPath(path)} leads through what is no object`);
  return next;
}

function refused(what: string): HoldfastError {
  return new HoldfastError('DECODE_FAILED', what);
}
