import { isHoldfastError, isPlainObject } from '../lazy-base.ts';
import { toldPaths } from '../document/redact.ts';
import type { PlainObject } from '../document/kind.ts';
import type { Path } from '../document/path.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import type { OperatedConfig } from './operated-config.ts';

/** By override, dotted. */
type IgnoredPaths = ReadonlyMap<Override, readonly string[]>;

const NONE: IgnoredPaths = new Map();

/**
 * Paths of overrides that no other layer has and that the schema leaves out: the value would be the same without them.
 * Most often they are misspelt. However many overrides: what the value or a layer shows asks nobody, and the schema is
 * asked once about all the rest.
 *
 * @param inputs What they are a part of.
 * @param value What those are worth, where that is known.
 */
export async function ignoredPaths(
  config: OperatedConfig,
  { inputs, value }: { readonly inputs: Inputs; readonly value?: unknown },
  set: readonly Override[],
): Promise<IgnoredPaths> {
  const isKnown = (trees: readonly unknown[]): boolean =>
    set.every(({ patch }) => split(patch, trees).unknown.length === 0);
  if (isKnown([value])) return NONE;
  // a path that only a restart may change is not ignored: it waits
  const { started: _, overrides = [], ...rest } = inputs;
  // the module of the cycle is there long since
  const { evaluate, mergeLayers } = await import('../cycle/cycle.ts');
  const valueOf = (laid: readonly Override[]) => evaluate(config, { ...rest, overrides: laid });
  const whole = value === undefined ? await valueOf(overrides) : { value };
  if (isHoldfastError(whole) || isKnown([whole.value])) return NONE;
  // another override may be misspelt in the same way
  const { merged } = mergeLayers(config.policy, { ...rest, overrides: [] });
  const parts = new Map(set.map((one) => [one, split(one.patch, [whole.value, merged])] as const));
  const ignored = [...parts].filter(([, { unknown }]) => unknown.length > 0);
  if (ignored.length === 0) return NONE;
  // a schema may make something else of them, under another name
  const less = await valueOf(
    overrides.map((one) => ({ ...one, patch: parts.get(one)?.known ?? one.patch })),
  );
  if (isHoldfastError(less) || config.changesBetween(whole.value, less.value).length > 0)
    return NONE;
  return new Map(
    ignored.map(([one, { unknown }]) => [one, toldPaths(unknown, config.policy.secrets)]),
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

/** Tells of overrides that some of them does nothing: one look for all that are set in one go. */
export class IgnoredWatch {
  readonly #config: OperatedConfig;
  #set: readonly Override[] = [];

  constructor(config: OperatedConfig) {
    this.#config = config;
  }

  /** It is in force. */
  add(override: Override): void {
    if (this.#set.length === 0) queueMicrotask(() => void this.#look());
    this.#set = [...this.#set, override];
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { policy, context, state } = this.#config;
    const { inputs, snapshot } = state;
    const set = this.#set.filter((override) => inputs.overrides?.includes(override));
    this.#set = [];
    // what waits for a restart is not in the value
    const value = snapshot?.pendingRestart ? undefined : snapshot?.value;
    const ignored = await ignoredPaths(this.#config, { inputs, value }, set).catch(() => NONE);
    if (this.#config.closed) return;
    for (const [{ id: source }, paths] of ignored) {
      const message = `Override ${source} does nothing at ${paths.join(', ')}: no layer has that, and the schema leaves it out`;
      context.events.emit('config.warned', policy.name, () => ({ source, message }));
    }
  }
}
