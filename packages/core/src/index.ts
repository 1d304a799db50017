// To use
export { createConfigManager } from './manager.ts';
export type { ConfigManager } from './manager.ts';
export type { Audit } from './audit.ts';
export type { AuditListOptions, AuditOptions } from './options/audit.ts';
export type { ManagerSummary, SummaryTotals } from './summary.ts';
export type { ConfigHandle, RefreshOptions } from './handle.ts';
export type { ReadyOptions } from './ready.ts';
export type { Because } from './operate/because.ts';
export type {
  OverrideHandle,
  OverrideInfo,
  OverrideOptions,
  OverrideRehearsal,
} from './operate/override.ts';
export type { VersionDiff, VersionInfo } from './operate/history.ts';
export type { ExportOptions, ImportResult } from './operate/import-state.ts';
export type {
  ConfigStateDocument,
  LayersDocument,
  OverrideDocument,
  PinDocument,
  SnapshotDocument,
  SourceStateDocument,
  StateBody,
  StateDocument,
} from './operate/state-document.ts';
export type { Transacted, Transaction } from './operate/transaction.ts';
export type { RollbackOptions } from './operate/rollback-step.ts';
export type { SnapshotInfo, SnapshotOptions, SnapshotsOptions } from './operate/snapshots.ts';
export type { Explanation, LayerValue } from './operate/explain.ts';
export type { Rehearsal } from './cycle/rehearse.ts';
export type { Consent, ParticipantChange, ParticipantOptions } from './options/participant.ts';
export type { HistoryOptions } from './options/history.ts';
export type { ChangeListener, ChangeOf, SubscribeOptions, View } from './view.ts';
export type { OverlaidView, Overrides } from './overlaid-view.ts';
export type { SourceView } from './source-view.ts';
export type { ChangeDetails } from './state/change-details.ts';
export type { DeepReadonly, PathOf, ValueAt, ValueAtKeys } from './document/typed-path.ts';
export type { BreakerOptions, ManagerOptions } from './options/manager.ts';
export type { CacheKey } from './options/cache-keys.ts';
export type { CommonConfigOptions, ConfigOptions, UntypedConfigOptions } from './options/config.ts';
export type { TermOptions, UpdateOptions } from './options/terms.ts';
export type {
  BackoffOptions,
  IntervalFacts,
  IntervalStrategy,
  PollingOptions,
} from './options/polling.ts';
export type { DeepPartial } from './options/deep-partial.ts';
export type { SourceOptions } from './options/sources.ts';
export type { MigrationOptions, VersionOptions } from './options/versions.ts';
export type { Outcome, Trigger } from './outcome.ts';
export type {
  BreakerState,
  NextPoll,
  Provenance,
  SourceStatus,
  Status,
  StatusFailure,
  StatusState,
} from './state/status.ts';
export type { PollReason } from './state/health.ts';
export type {
  EventBase,
  EventType,
  HoldfastEvent,
  HoldfastEvents,
  ParticipantPhase,
  ReloadBase,
  Unsubscribe,
} from './events.ts';
export type { HoldfastListener } from './event-hub.ts';
export { HoldfastError, LoadError, isHoldfastError, isLoadError } from './errors.ts';
export type { ErrorCode, LoadErrorOptions, LoadFailure, Retry } from './errors.ts';
export { Secret, isSecret } from './document/secret.ts';
export { formatPath } from './document/path.ts';
export type { Path } from './document/path.ts';
export type { Change } from './document/leaves.ts';

// To extend
export { systemClock } from './ports/clock.ts';
export type { Clock, LoaderTime, Timer, TimerOptions } from './ports/clock.ts';
export type { AuditAction, AuditRecord, AuditSink } from './ports/audit.ts';
export type { Cache, CacheEntry } from './ports/cache.ts';
export type { JsonValue } from './ports/json.ts';
export type { Limits } from './ports/limits.ts';
export type {
  Evidence,
  Held,
  Hints,
  LoadRequest,
  LoadResult,
  Loaded,
  Loader,
  Validator,
  WatchRequest,
} from './ports/loader.ts';
export type { Logger } from './ports/logger.ts';
