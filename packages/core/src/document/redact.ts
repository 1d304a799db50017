import { isHoldfastError, messageOf } from '../errors.ts';
import { isTree } from './kind.ts';
import { kindOfThrown } from './kind-of-thrown.ts';
import type { Change } from './leaves.ts';
import { formatPath, type Path } from './path.ts';
import { HIDDEN, isSecret } from './secret.ts';
import { ANY_KEY } from './set-at.ts';

/**
 * `value` with `[secret]` in the place of what is at these paths, and of every `Secret`. What holds none is shared with
 * `value`, which is not written to.
 *
 * @param base Where `value` stands: the paths are from the top.
 */
export function redact(value: unknown, paths: readonly Path[], base: Path = []): unknown {
  return hide(value, pathsBelow(paths, base));
}

/** The paths as seen from `base`: those that lead there or further. */
export function pathsBelow(paths: readonly Path[], base: Path): readonly Path[] {
  return base.reduce(below, paths);
}

/**
 * What may be told of changes: of those at or below a secret one alone, which says that it is another one; the keys in
 * it may be secrets, too.
 */
export function redactChanges(
  changes: readonly Change[],
  paths: readonly Path[],
  base: Path = [],
): readonly Change[] {
  const told: Change[] = [];
  /** Where a secret stands in `told`. */
  const places = new Map<string, number>();
  for (const change of changes) {
    const path = secretPart([...base, ...change.path], paths)?.slice(base.length);
    if (path === undefined) {
      told.push(withoutSecrets(change, paths, base));
      continue;
    }
    const place = placeOf(path, places, told.length);
    const whole = place === told.length && path.length === change.path.length;
    told[place] = whole
      ? withoutSecrets(change, paths, base)
      : { path, kind: 'changed', before: HIDDEN, after: HIDDEN };
  }
  return told;
}

/** An index and the same key as text are one place. */
function placeOf(path: Path, places: Map<string, number>, next: number): number {
  const name = JSON.stringify(path.map(String));
  const place = places.get(name) ?? next;
  places.set(name, place);
  return place;
}

/** Changes without their values: of what nobody can tell whether it is made of secrets. */
export function hideValues(changes: readonly Change[]): readonly Change[] {
  return changes.map((change) => withoutSecrets(change, [[]], []));
}

function withoutSecrets(change: Change, paths: readonly Path[], base: Path): Change {
  const show = (value: unknown) => redact(value, paths, [...base, ...change.path]);
  if (change.kind === 'added') return { ...change, after: show(change.after) };
  if (change.kind === 'removed') return { ...change, before: show(change.before) };
  return { ...change, before: show(change.before), after: show(change.after) };
}

/** Secret as a whole. */
const EVERYTHING: readonly Path[] = [[]];

/** The texts at these paths, and in every `Secret`, as a message could quote them; of numbers, too. */
export function secretTexts(value: unknown, paths: readonly Path[]): readonly string[] {
  if (isSecret(value)) return secretTexts(value.reveal(), EVERYTHING);
  const isWhole = paths.some(({ length }) => length === 0);
  if (isTree(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      secretTexts(item, isWhole ? paths : below(paths, key)),
    );
  }
  const isText = typeof value === 'string' || typeof value === 'number';
  return isWhole && isText && value !== '' ? [String(value)] : [];
}

/** How much of a path can be told: up to the first secret in it. Undefined where all of it can. */
export function secretPart(path: Path, paths: readonly Path[]): Path | undefined {
  let left = paths;
  for (let depth = 0; ; depth++) {
    if (left.some(({ length }) => length === 0)) return path.slice(0, depth);
    if (depth === path.length) return undefined;
    left = below(left, path[depth]!);
  }
}

/** Paths as they may be told, dotted, each once: of what is at or below a secret one, where that stands. */
export function toldPaths(paths: readonly Path[], secrets: readonly Path[]): readonly string[] {
  return [...new Set(paths.map((path) => toldPath(path, secrets)))];
}

function toldPath(path: Path, secrets: readonly Path[]): string {
  return formatPath(secretPart(path, secrets) ?? path);
}

/**
 * What `seal` or `copyJson` says, without the keys below a secret path: they may be secrets, too. Of what anything else
 * threw, such as a getter that they read, the kind alone: its words may quote a secret.
 */
export function toldFault(fault: unknown, secrets: readonly Path[]): string {
  const path = pathOf(fault);
  const text = messageOf(fault);
  const end = path && ` at ${formatPath(path)}`;
  if (end !== undefined && text.endsWith(end))
    return `${text.slice(0, -end.length)} at ${toldPath(path!, secrets)}`;
  return isHoldfastError(fault) ? text : `could not be read: it threw (${kindOfThrown(fault)})`;
}

/** Which those two leave as the cause. */
function pathOf(fault: unknown): Path | undefined {
  try {
    const { cause } = Object(fault) as { readonly cause?: unknown };
    return Array.isArray(cause) ? (cause as Path) : undefined;
  } catch {
    // it lets nobody look
    return undefined;
  }
}

/** Whether there is a `Secret` anywhere in `value`. */
export function holdsSecret(value: unknown): boolean {
  return isSecret(value) || (isTree(value) && Object.values(value).some(holdsSecret));
}

function hide(value: unknown, paths: readonly Path[]): unknown {
  if (value === undefined) return value;
  if (isSecret(value) || paths.some(({ length }) => length === 0)) return HIDDEN;
  if (!isTree(value)) return value;
  let shown = value as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    const hidden = hide(item, below(paths, key));
    if (Object.is(hidden, item)) continue;
    if (shown === value) shown = (Array.isArray(value) ? [...value] : { ...value }) as typeof shown;
    shown[key] = hidden;
  }
  return shown;
}

/** The paths as seen from one step below; a path that has ended stays so, since all that is below is secret. */
function below(paths: readonly Path[], key: string | number): readonly Path[] {
  return paths
    .filter(([first]) => first === undefined || first === ANY_KEY || String(first) === String(key))
    .map((path) => path.slice(1));
}
