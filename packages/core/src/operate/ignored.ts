import { formatPath, getAt, isHoldfastError } from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import { setAt } from '../document/set-at.ts';
import type { JsonValue } from '../ports/json.ts';
import type { Inputs, Override } from '../state/inputs.ts';
import type { OperatedConfig } from './operated-config.ts';

/**
 * Paths of an override that no other layer has and that the schema leaves out: the value would be the same without them.
 * Most often they are misspelt.
 *
 * @param inputs What it is a part of.
 */
export async function ignoredPaths(
  config: OperatedConfig,
  inputs: Inputs,
  { id, patch }: Override,
): Promise<readonly string[]> {
  // a path that only a restart may change is not ignored: it waits
  const { started: _, overrides = [], ...rest } = inputs;
  const others = [
    config.policy.defaults,
    ...rest.documents.map((document) => document?.raw),
    ...overrides.map((other) => (other.id === id ? undefined : other.patch)),
  ];
  const leaves = config.changesBetween(undefined, patch).map(({ path }) => path);
  if (leaves.every((path) => others.some((layer) => getAt(layer, path) !== undefined))) return [];
  // the module of the cycle is there long since
  const { evaluate } = await import('../cycle/cycle.ts');
  const valueWith = (own: JsonValue) => {
    const laid = overrides.map((other) => (other.id === id ? { ...other, patch: own } : other));
    return evaluate(config, { ...rest, overrides: laid });
  };
  const whole = await valueWith(patch);
  if (isHoldfastError(whole)) return [];
  const unknown = firstUnknown(leaves, [...others, whole.value]);
  const without = unknown.reduce<unknown>((so, path) => setAt(so, path, undefined), patch);
  const less = unknown.length === 0 ? whole : await valueWith(without as JsonValue);
  // a schema may make something else of them, under another name
  const same =
    !isHoldfastError(less) && config.changesBetween(whole.value, less.value).length === 0;
  return same ? unknown.map(formatPath) : [];
}

/** Of each path the shortest part that is nowhere in `trees`; not within arrays, which are replaced as a whole. */
function firstUnknown(paths: readonly Path[], trees: readonly unknown[]): readonly Path[] {
  const found = new Map<string, Path>();
  for (const path of paths) {
    const ends = path.findIndex((_, i) =>
      trees.every((tree) => getAt(tree, path.slice(0, i + 1)) === undefined),
    );
    const part = path.slice(0, ends + 1);
    if (ends >= 0 && part.every((key) => typeof key === 'string'))
      found.set(formatPath(part), part);
  }
  return [...found.values()];
}

/** Tells of an override that is in force that some of it does nothing. Never rejects. */
export async function warnOfIgnored(config: OperatedConfig, override: Override): Promise<void> {
  const { policy, context, state } = config;
  const paths = await ignoredPaths(config, state.inputs, override).catch(() => []);
  if (paths.length === 0 || config.closed) return;
  const { id: source } = override;
  const message = `Override ${source} does nothing at ${paths.join(', ')}: no layer has that, and the schema leaves it out`;
  context.events.emit('config.warned', policy.name, () => ({ source, message }));
}
