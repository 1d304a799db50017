import type { Config } from './config.ts';
import { overlay } from './cycle/overlay.ts';
import { toldFault } from './document/redact.ts';
import type { DeepReadonly } from './document/typed-path.ts';
import { copyJson } from './document/copy-json.ts';
import { isPlainObject } from './document/kind.ts';
import { seal } from './document/seal.ts';
import { checkOf } from './options/check.ts';
import type { JsonValue } from './ports/json.ts';
import { settled } from './document/settled.ts';
import { View } from './view.ts';

/** Some of what the schema takes, at every depth. JSON; what is undefined is left out. */
export type Overrides<Input> = unknown extends Input
  ? Input
  : Input extends readonly unknown[]
    ? DeepReadonly<Input>
    : Input extends object
      ? { readonly [K in keyof Input]?: Overrides<Input[K]> | undefined }
      : Input;

/** Of so many views a config knows which overrides they are for. */
const VIEWS_REMEMBERED = 1_000;

/** By what they lay over the documents, the one that nobody asked for the longest first: a map keeps its order. */
type Views = Map<string, OverlaidView<unknown>>;

/** The views of a config that are remembered. */
interface Remembered {
  /** What is in force, merged. */
  readonly of: unknown;
  /** Asked for since then. */
  readonly now: Views;
  /** Asked for while the document before was in force. Older ones go: each would keep a document of then alive. */
  readonly before: Views;
}

/**
 * A {@link View} of the value that a config would have with overrides. Made by `with()` of a handle.
 *
 * @typeParam Input What overrides are a part of. Where it is not named the compiler takes any; the schema does not.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- who names the value alone must get handles of every schema
export class OverlaidView<T, Input = any> extends View<T> {
  readonly #config: Config;
  readonly #patches: readonly JsonValue[];

  /** @internal */
  constructor(config: Config, patches: readonly JsonValue[]) {
    const { snapshot } = config;
    // at once, so that whoever gives overrides that do not fit is told, and not whoever reads first
    let first = snapshot && { value: overlay(config, snapshot, patches) };
    super(config, (before) => {
      const { value } = first ?? { value: overlay(config, config.snapshot!, patches) };
      first = undefined;
      return before === undefined ? value : settled(value, before);
    });
    this.#config = config;
    this.#patches = patches;
    if (snapshot) void this.current;
  }

  /** Name of the config. */
  get name(): string {
    return this.#config.policy.name;
  }

  /** The same with further overrides laid over these. See `with` of a handle. */
  with(overrides: Overrides<Input>): OverlaidView<T, Input> {
    return withOverrides(this.#config, this.#patches, overrides);
  }
}

/** What `with()` gives: the view that is known for these overrides, or a new one. */
export function withOverrides<T, Input>(
  config: Config,
  below: readonly JsonValue[],
  overrides: Overrides<Input>,
): OverlaidView<T, Input> {
  const patches = [...below, copyOf(overrides, config)];
  const { now, before } = rememberedBy(config);
  const key = JSON.stringify(patches, withSortedKeys);
  const known = now.get(key) ?? before.get(key);
  const view = known ?? new OverlaidView<unknown, Input>(config, patches);
  // read at once, or it would keep the document of then
  if (before.delete(key) && config.snapshot) void view.current;
  now.delete(key);
  now.set(key, view);
  const oldest = before.size > 0 ? before : now;
  if (now.size + before.size > VIEWS_REMEMBERED) oldest.delete(oldest.keys().next().value!);
  return view as OverlaidView<T, Input>;
}

function rememberedBy(config: Config): Remembered {
  const of = config.snapshot?.merged;
  const last = config.views as Remembered | undefined;
  if (last && last.of === of) return last;
  const views: Remembered = { of, now: new Map(), before: last?.now ?? new Map() };
  config.views = views;
  return views;
}

function copyOf(overrides: unknown, { policy }: Config): JsonValue {
  const { limits, secrets } = policy;
  try {
    return seal(copyJson(overrides, limits.maxKeys), undefined, limits);
  } catch (fault) {
    throw checkOf(policy, 'with').fail(
      'overrides',
      `JSON (it ${toldFault(fault, secrets)})`,
      overrides,
    );
  }
}

/** Equal overrides are one text, in whatever order their keys were written. */
function withSortedKeys(_: string, value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
