import { OptionCheck } from '../lazy-base.ts';
import type { Outcome } from '../outcome.ts';

/** What can be refreshed, by name. */
type Refreshable<O> = ReadonlyMap<
  string,
  { readonly handle: { refresh(options?: O): Promise<Outcome> } }
>;

/** Refreshes the configs of these names, or all; gives the outcomes by name. Unknown names are left out. */
export async function refreshAll<O>(
  configs: Refreshable<O>,
  names: readonly string[] | undefined,
  options: O | undefined,
): Promise<ReadonlyMap<string, Outcome>> {
  if (names !== undefined && !Array.isArray(names))
    throw new OptionCheck('refresh()').fail('names', 'a list of names', names);
  const wanted: readonly string[] = names ?? [...configs.keys()];
  const asked = wanted.flatMap((name) => {
    const handle = configs.get(name)?.handle;
    return handle ? [handle.refresh(options).then((outcome) => [name, outcome] as const)] : [];
  });
  return new Map(await Promise.all(asked));
}
