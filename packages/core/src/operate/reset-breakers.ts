import { setBreaker } from '../cycle/breakers.ts';
import type { ManagerContext } from '../cycle/context.ts';
import type { SourcePolicy } from '../options/sources.ts';
import type { PollReason } from '../state/health.ts';

/** A config, as far as its breakers are concerned. */
export interface BrokenConfig {
  readonly policy: { readonly name: string };
  readonly sources: readonly {
    readonly policy: SourcePolicy;
    readonly because: PollReason;
    poke(because: PollReason): void;
  }[];
}

/** Closes the breaker of `origin`, or all; what they put off is polled as soon as the minimum interval allows. */
export function resetBreakers(
  context: ManagerContext,
  configs: readonly BrokenConfig[],
  origin?: string,
): void {
  for (const { policy, sources } of configs) {
    for (const source of sources) {
      const own = source.policy.loader.origin;
      if (own === undefined || (origin !== undefined && origin !== own)) continue;
      setBreaker(context, policy.name, own, undefined);
      if (source.because === 'breaker') source.poke('resume');
    }
  }
}
