import { ANY_KEY } from '../document/set-at.ts';
import { formatPath, getAt, isTree, OptionCheck, resolveFields } from '../lazy-base.ts';
import type { Path } from '../document/path.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { Participant } from '../options/participant.ts';
import type { ConfigState } from '../state/config-state.ts';
import type { Inputs } from '../state/inputs.ts';

/** An option, and one of its paths. */
interface Named {
  readonly option: string;
  readonly path: Path;
}

/**
 * What to say of paths in options where a config has nothing, as soon as each of its sources has given a document: most
 * often they are misspelt, and a secret is none then. Nothing is said again of what was looked at before.
 */
export function misspeltPaths(
  policy: ConfigPolicy,
  { inputs, snapshot }: ConfigState,
  before: ConfigState,
): readonly string[] {
  const looked = [before, ...before.history].some((state) => isWhole(state.inputs));
  if (looked || !isWhole(inputs) || snapshot === undefined) return [];
  const trees = [snapshot.merged, snapshot.value, ...inputs.documents.map((one) => one!.raw)];
  return namedBy(policy)
    .filter(({ path }) => trees.every((tree) => !mayHold(tree, path)))
    .map(
      ({ option, path }) =>
        `"${option}" names ${formatPath(path)}, and neither the document nor the value has anything there: is it misspelt?`,
    );
}

function isWhole({ documents }: Inputs): boolean {
  return documents.every((document) => document !== undefined);
}

/** What a schema marks cannot be misspelt. */
function namedBy(policy: ConfigPolicy): readonly Named[] {
  const marked = resolveFields({ schema: policy.schema }, new OptionCheck('the schema'));
  const fields = (['secrets', 'restartOnly', 'dynamicOnly'] as const).flatMap((option) => {
    const known = new Set(marked[option].map((path) => JSON.stringify(path)));
    return policy[option]
      .filter((path) => !known.has(JSON.stringify(path)))
      .map((path): Named => ({ option, path }));
  });
  const ignored = policy.ignore.map((path): Named => ({ option: 'ignore', path }));
  const { monotonic } = policy.versions;
  const rest = monotonic ? [{ option: 'monotonic', path: monotonic }] : [];
  return [...fields, ...ignored, ...rest];
}

/** Whether there is something at the path, or could be: a list that is empty has none of its items. */
function mayHold(tree: unknown, path: Path): boolean {
  const at = path.indexOf(ANY_KEY);
  if (at < 0) return getAt(tree, path) !== undefined;
  const all = getAt(tree, path.slice(0, at));
  const items = isTree(all) ? Object.values(all) : undefined;
  if (items === undefined) return false;
  return items.length === 0 || items.some((item) => mayHold(item, path.slice(at + 1)));
}

/** Nothing is said again of those that were looked at. */
const looked = new WeakSet<Participant>();

/** What to say of participants that would never be asked, as soon as each source has given a document. */
export function misspeltParts(
  participants: readonly Participant[],
  { inputs, snapshot }: ConfigState,
  before: ConfigState,
): readonly string[] {
  if (!isWhole(inputs) || snapshot === undefined) return [];
  const trees = [snapshot.value, before.snapshot?.value];
  return participants.flatMap((one) => {
    const { name, paths = [] } = one;
    if (looked.has(one)) return [];
    looked.add(one);
    return paths
      .filter((path) => trees.every((tree) => !touches(tree, path)))
      .map(
        (path) =>
          `Participant ${JSON.stringify(name)} names ${formatPath(path)} in its paths, and the value has nothing there: is it misspelt?`,
      );
  });
}

/** Whether a change of the tree can be one at the path: by what is there, or by a leaf above it. */
function touches(tree: unknown, path: Path): boolean {
  return (
    path.some((_, i) => {
      const above = getAt(tree, path.slice(0, i));
      return above !== undefined && !isTree(above);
    }) || getAt(tree, path) !== undefined
  );
}
