import type { Config } from './config.ts';
import type { ManagerContext } from './cycle/context.ts';
import type { Source } from './polling/source.ts';
import type { Loader } from './ports/loader.ts';
import {
  type BreakerState,
  provenanceOf,
  showFailure,
  showWaiting,
  type SourceStatus,
  stateOf,
  type Status,
} from './state/status.ts';

/** The status of a config as of now. */
export function statusOf(config: Config): Status {
  const sources = config.sources.map((source) => sourceStatus(config, source));
  const { state } = config;
  const {
    loader: _loader,
    name: _name,
    origin: _origin,
    waiting: _waiting,
    ...worst
  } = sources.find((source) => source.state === state)!;
  return {
    config: config.policy.name,
    ...worst,
    paused: config.paused,
    version: config.snapshot?.version ?? 0,
    sources,
  };
}

function sourceStatus(config: Config, source: Source): SourceStatus {
  const { clock } = config.context;
  const now = clock.monotonic();
  const toWall = (at: number): number => clock.now() + (at - now);
  const { health, policy, index } = source;
  const facts = config.factsOf(source);
  return {
    name: policy.name,
    loader: policy.loader.name,
    origin: policy.loader.origin,
    state: config.closed ? 'closed' : stateOf(facts, config.policy, now),
    from: provenanceOf(facts),
    ageMs: health.confirmedAt === undefined ? undefined : now - health.confirmedAt,
    lastSuccessAt: health.lastSuccessAt,
    lastFailure: showFailure(health.lastFailure),
    level: health.level,
    next: source.next,
    breaker: breakerOf(config.context, policy.loader),
    waiting: showWaiting(config.waiting[index], toWall),
  };
}

function breakerOf({ breakers }: ManagerContext, { origin }: Loader): BreakerState {
  return (origin === undefined ? undefined : breakers.get(origin)?.kind) ?? 'closed';
}
