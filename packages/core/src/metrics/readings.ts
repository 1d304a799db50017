import type { EventBase } from '../events.ts';
import type { ManagerSummary } from '../summary.ts';
import type { PollReason } from '../state/health.ts';
import type { BreakerState, NextPoll, SourceStatus, Status, StatusState } from '../state/status.ts';

/** The gauges, each with what it shows. Names that end in `_seconds` are in seconds. */
export const GAUGES = {
  config_version: 'Counts the changes of the value; 0 while there is none.',
  config_state:
    'How far the value can be trusted: 1 for the state that it is in, 0 for the other ones.',
  config_age_seconds:
    'Time since the source last confirmed its document; absent before it ever did.',
  config_interval_seconds:
    'Time between the last poll and the next one, as planned when the last one ended.',
  config_overdue_seconds:
    'How long ago the next poll was due, until it has ended: beyond its deadline, polls have stopped.',
  reload_backoff_seconds: 'Time to the next poll where failures have put it off, else 0.',
  config_held: 'Documents that wait: for the limit of updates, a participant, or an operator.',
  config_pinned: '1 while documents are kept from coming into force until unpin(), else 0.',
  config_paused: '1 while polling is paused, else 0.',
  config_breaker_state:
    'Circuit breaker of an origin: 1 for the state that it is in, 0 for the other ones.',
} as const;

/** Name of a gauge. */
export type GaugeName = keyof typeof GAUGES;

/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/** Takes one number. */
export type Show = (name: GaugeName, value: number, labels: Labels) => void;

/** The end of the last poll of a source, and what it said of the next one. */
export interface LastPoll extends Pick<EventBase, 'at'> {
  readonly next: NextPoll | undefined;
}

const STATES = [
  'starting',
  'fresh',
  'stale',
  'fallback',
  'expired',
  'closed',
] satisfies StatusState[];

const BREAKER_STATES = ['closed', 'open', 'half-open'] satisfies BreakerState[];

/** What makes a poll later than the interval would have it. */
const PUT_OFF: ReadonlySet<PollReason> = new Set(['backoff', 'slow', 'retry-after', 'breaker']);

/** Looks for the last poll of a source. */
export type LastPollOf = (config: string, source: string) => LastPoll | undefined;

/** Shows every number that a summary gives; pure but for `show`. */
export function showSummary(
  { at, configs }: Pick<ManagerSummary, 'at' | 'configs'>,
  lastPollOf: LastPollOf,
  show: Show,
): void {
  const breakers = new Map<string, BreakerState>();
  for (const status of configs) {
    showConfig(status, at, show);
    for (const source of status.sources) {
      const last = lastPollOf(status.config, source.name);
      showSource({ status, source, last, at }, show);
      if (source.origin !== undefined) breakers.set(source.origin, source.breaker);
    }
  }
  for (const [origin, breaker] of breakers)
    for (const state of BREAKER_STATES)
      show('config_breaker_state', Number(state === breaker), { origin, state });
}

function showConfig(status: Status, at: number, show: Show): void {
  const { config, version, sources } = status;
  const waits = sources.map(({ next }) => (next && PUT_OFF.has(next.because) ? next.at - at : 0));
  show('config_version', version, { config });
  for (const state of STATES)
    show('config_state', Number(state === status.state), { config, state });
  show('reload_backoff_seconds', seconds(Math.max(...waits)), { config });
  const held = sources.filter(({ waiting }) => waiting !== undefined);
  show('config_held', held.length, { config });
  show('config_pinned', Number(status.pinned !== undefined), { config });
  show('config_paused', Number(status.paused), { config });
}

/** One source at the time of a summary. */
interface SourceReading {
  readonly status: Status;
  readonly source: SourceStatus;
  readonly last: LastPoll | undefined;
  readonly at: number;
}

function showSource({ status, source, last, at }: SourceReading, show: Show): void {
  const { name, ageMs, next, state } = source;
  const labels = { config: status.config, source: name };
  if (ageMs !== undefined) show('config_age_seconds', seconds(ageMs), labels);
  if (last?.next) show('config_interval_seconds', seconds(last.next.at - last.at), labels);
  // while a poll is under way the status has no next one: what was planned is still due
  const due = (next ?? last?.next)?.at ?? at;
  const polls = !status.paused && state !== 'closed';
  show('config_overdue_seconds', polls ? seconds(at - due) : 0, labels);
}

/** A wall clock that steps back makes no time negative. */
function seconds(ms: number): number {
  return Math.max(ms, 0) / 1000;
}
