import { setBreaker } from '../cycle/breakers.ts';
import type { ManagerContext } from '../cycle/context.ts';
import type { SourcePolicy } from '../options/sources.ts';
import type { PollReason } from '../state/health.ts';

/** A config, as far as its breakers are concerned. */
interface BrokenConfig {
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
  for (const own of context.breakers.keys()) {
    if (origin !== undefined && origin !== own) continue;
    const users = configs.filter((config) => uses(config, own));
    setBreaker(context, users[0]?.policy.name ?? '', own, undefined);
    const sources = users.flatMap((config) => config.sources);
    for (const source of sources) if (source.because === 'breaker') source.poke('resume');
  }
}

/** After a sleep of the machine: what was so before may be so no more, and the next poll finds out. */
export function probeSoon({ breakers, clock }: ManagerContext): void {
  for (const [origin, breaker] of breakers) {
    if (breaker.kind === 'open') breakers.set(origin, { ...breaker, until: clock.monotonic() });
  }
}

function uses({ sources }: BrokenConfig, origin: string): boolean {
  return sources.some(({ policy }) => policy.loader.origin === origin);
}
