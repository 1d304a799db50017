import type { Protection } from '../cycle/persist.ts';
import { holdsSecret } from '../document/redact.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { SourceOwner } from './owner.ts';

/** Why a record is not written. */
export const WITHHELD =
  'it holds secrets, so that nothing of it is cached: give cacheKeys to the manager';

/** How the records of a config are protected: one for all of them, since it tells only once that it has no key. */
export function protectionOf(owner: SourceOwner): Protection {
  const { policy, context } = owner;
  let told = false;
  return {
    keys: context.cacheKeys,
    holdsSecrets: () => policy.secrets.length > 0 || transformsIntoSecrets(owner.snapshot),
    withheld: () => {
      if (told) return;
      told = true;
      const source = policy.sources[0]!.name;
      context.events.emit('config.warned', policy.name, () => ({ source, message: WITHHELD }));
    },
  };
}

/** A schema made secrets that no path names. JSON holds none. */
function transformsIntoSecrets(snapshot: Snapshot | undefined): boolean {
  return (
    snapshot !== undefined && snapshot.value !== snapshot.merged && holdsSecret(snapshot.value)
  );
}
