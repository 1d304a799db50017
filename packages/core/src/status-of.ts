import type { Config } from './config.ts';
import type { ManagerContext } from './cycle/context.ts';
import type { SourcePolicy } from './options/sources.ts';
import type { Loader } from './ports/loader.ts';
import {
  type BreakerState,
  provenanceOf,
  showFailure,
  showWaiting,
  type SourceStatus,
  stateOf,
  type Status,
  type StatusState,
  validationOf,
} from './state/status.ts';

/** The status of a config as of now. */
export function statusOf(config: Config): Status {
  const sources = config.policy.sources.map((policy, index) => sourceStatus(config, policy, index));
  const { statusState: state } = config;
  const { inputs, snapshot, diverged = NONE } = config.state;
  const {
    loader: _loader,
    name: _name,
    optional: _optional,
    origin: _origin,
    waiting: _waiting,
    state: _state,
    migrated: _migrated,
    ...worst
  } = worstSource(sources, state);
  return {
    config: config.policy.name,
    state,
    ...worst,
    paused: config.paused,
    version: snapshot?.version ?? 0,
    pendingRestart: snapshot?.pendingRestart ?? NONE,
    pinned: inputs.pin?.kind,
    diverged,
    overrides: inputs.overrides?.length ?? 0,
    sources,
  };
}

const NONE: readonly string[] = [];

/** The one that makes the config as bad as it is; of those that it does not stand on none is. */
function worstSource(sources: readonly SourceStatus[], state: StatusState): SourceStatus {
  const those = sources.filter((source) => source.state === state);
  return those.find(({ optional }) => !optional) ?? those[0] ?? sources[0]!;
}

function sourceStatus(config: Config, policy: SourcePolicy, index: number): SourceStatus {
  const { clock } = config.context;
  const now = clock.monotonic();
  const facts = config.factsOf(index);
  const migrated = config.documentOf(index)?.migrated;
  const { health } = facts;
  return {
    name: policy.name,
    loader: policy.loader.name,
    optional: policy.optional,
    origin: policy.loader.origin,
    state: config.closed ? 'closed' : stateOf(facts, config.policy, now),
    from: provenanceOf(facts),
    ageMs: health.confirmedAt === undefined ? undefined : Math.round(now - health.confirmedAt),
    lastSuccessAt: health.lastSuccessAt,
    lastFailure: showFailure(health.lastFailure),
    level: health.level,
    next: config.sources[index]?.next,
    breaker: breakerOf(config.context, policy.loader),
    ...(migrated && { migrated }),
    validation: validationOf(facts),
    waiting: showWaiting(config.state.cached[index] ?? config.state.waiting[index], clock),
  };
}

function breakerOf({ breakers }: ManagerContext, { origin }: Loader): BreakerState {
  return (origin === undefined ? undefined : breakers.get(origin)?.kind) ?? 'closed';
}
