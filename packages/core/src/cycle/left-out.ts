import { isHoldfastError, isPlainObject } from '../lazy-base.ts';
import { toldPaths } from '../document/redact.ts';
import type { PlainObject } from '../document/kind.ts';
import type { Path } from '../document/path.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Comparer } from '../state/change-details.ts';
import type { Inputs } from '../state/inputs.ts';
import type { ManagerContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { mergeLayers } from './merge-layers.ts';

/** The config that something is laid over. */
interface Subject extends Comparer {
  readonly policy: ConfigPolicy;
  readonly context: ManagerContext;
}

/** What is laid over other layers: overrides, or the variables of an environment. */
export interface Laid<T> {
  /** What each of them has. */
  readonly parts: ReadonlyMap<T, JsonValue>;
  /** Without them. */
  readonly others: Inputs;
  /** With these in the place of what they have. */
  readonly laid: (parts: ReadonlyMap<T, JsonValue>) => Inputs;
  /** What all of it is worth, where that is known. */
  readonly value?: unknown;
}

/**
 * Paths, dotted, that no other layer has and that the schema leaves out: the value would be the same without them. Most
 * often they are misspelt. However many parts: what the value or a layer shows asks nobody, and the schema is asked once
 * about all the rest.
 */
export async function leftOut<T>(
  config: Subject,
  { parts, others, laid, value }: Laid<T>,
): Promise<ReadonlyMap<T, readonly string[]>> {
  const none = new Map<T, readonly string[]>();
  const isKnown = (trees: readonly unknown[]): boolean =>
    [...parts.values()].every((part) => split(part, trees).unknown.length === 0);
  if (isKnown([value])) return none;
  const whole = value === undefined ? await evaluate(config, laid(parts)) : { value };
  if (isHoldfastError(whole) || isKnown([whole.value])) return none;
  const trees = [whole.value, mergeLayers(config.policy, others).merged];
  const halves = [...parts].map(([one, part]) => [one, split(part, trees)] as const);
  const idle = halves.filter(([, { unknown }]) => unknown.length > 0);
  if (idle.length === 0) return none;
  // a schema may make something else of them, under another name
  const less = await evaluate(
    config,
    laid(new Map(halves.map(([one, { known }]) => [one, known]))),
  );
  if (isHoldfastError(less) || config.changesBetween(whole.value, less.value).length > 0)
    return none;
  return new Map(
    idle.map(([one, { unknown }]) => [one, toldPaths(unknown, config.policy.secrets)]),
  );
}

/** A patch in two. */
interface Split {
  /** What is somewhere in the trees. */
  readonly known: JsonValue;
  /** Of all else the shortest paths that are nowhere in them; not within arrays, which are replaced as a whole. */
  readonly unknown: readonly Path[];
}

function split(patch: JsonValue, trees: readonly unknown[]): Split {
  const unknown: Path[] = [];
  const walk = (part: unknown, beside: readonly unknown[], path: Path): unknown => {
    if (!isPlainObject(part)) return part;
    const known: PlainObject = {};
    for (const key of Object.keys(part)) {
      const own = beside.map((tree) => ownOf(tree, key)).filter((item) => item !== undefined);
      if (own.length === 0) unknown.push([...path, key]);
      else known[key] = walk(part[key], own, [...path, key]);
    }
    return known;
  };
  return { known: walk(patch, trees, []) as JsonValue, unknown };
}

function ownOf(tree: unknown, key: string): unknown {
  return isPlainObject(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
}
