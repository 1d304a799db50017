import type { HoldfastEvents, Outcome, Provenance, StatusState, Trigger } from '@holdfast/core';
import type { AppConfig } from './schema.ts';

/** What the application tells the story: every event of its manager, and a little of its own. */
export interface Told extends HoldfastEvents {
  /** It has a value to work with. */
  'app.registered': { readonly tookMs: number };
  /** `ready()` has resolved. */
  'app.ready': { readonly from: Provenance };
  /** Its path listener has acted. */
  'pool.resized': { readonly before: number; readonly after: number };
  /** Everything is closed; `timers` are those that Holdfast left. */
  'app.closed': { readonly timers: number };
}

/** What the application goes by at the moment of a message. */
export interface Serving {
  readonly value: AppConfig;
  readonly state: StatusState;
  readonly version: number;
}

/** One message. */
export interface Message<K extends keyof Told = keyof Told> {
  readonly type: K;
  readonly data: Told[K];
  readonly serving: Serving;
}

/** A poll that ended so. */
export const isPoll =
  (kind: Outcome['kind']) =>
  ({ data }: Message<'poll.finished'>): boolean =>
    data.outcome.kind === kind;

/** A poll that brought this version. */
export const hasBrought =
  (version: number) =>
  ({ data: { outcome } }: Message<'poll.finished'>): boolean =>
    outcome.kind === 'accepted' && outcome.version === version;

/** The status became this one. */
export const isState =
  (state: StatusState) =>
  ({ data }: Message<'status.changed'>): boolean =>
    data.state === state;

/** A change that came in this way. */
export const isBy =
  (trigger: Trigger) =>
  ({ data }: Message<'config.changed'>): boolean =>
    data.trigger === trigger;
