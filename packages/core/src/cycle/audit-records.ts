import { formatPath } from '../lazy-base.ts';
import type { Change } from '../document/leaves.ts';
import type { EventType, HoldfastEvent } from '../events.ts';
import type { AuditAction, AuditRecord } from '../ports/audit.ts';

/** More paths than these are counted only. */
const MAX_PATHS = 100;
/** A key can be as long as a document; of a path so many characters are kept. */
const MAX_PATH_CHARS = 200;
/** Changes beyond these are not even counted: a change of everything must cost next to nothing. */
export const MAX_COUNTED = 1_000;

/** What a record says beside its time, config and environment. */
export type AuditDetails = Omit<AuditRecord, 'at' | 'time' | 'config' | 'environment'>;

/** Who did it and from where, as far as it is known. */
export interface AuditOrigin {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly reloadId?: string | undefined;
  /** Names of the sources whose documents brought the change. */
  readonly sources?: readonly string[] | undefined;
}

/** Events that are audit records, beside `config.changed`, whose record is made of the change itself. */
export const AUDITED: readonly AuditedEvent['type'][] = [
  'override.set',
  'override.cleared',
  'history.rolledback',
  'pin.changed',
  'reload.rolledback',
];

/** One of {@link AUDITED}. */
export type AuditedEvent = HoldfastEvent<Exclude<AuditAction & EventType, 'config.changed'>>;

/** What the event says, without its error's words: those may quote values. */
export function detailsOf(event: AuditedEvent): AuditDetails {
  const { type: action, trigger } = event;
  switch (event.type) {
    case 'override.set': {
      const { id: override, by, reason, paths, expiresAt } = event;
      return defined({ action, by, reason, trigger, override, ...boundedPaths(paths), expiresAt });
    }
    case 'override.cleared': {
      const { id: override, by, reason, because } = event;
      return defined({ action, by, reason, trigger, override, because });
    }
    case 'history.rolledback': {
      const { by, reason, version, from, to } = event;
      return defined({ action, by, reason, trigger, version, from, to });
    }
    case 'pin.changed': {
      const { by, reason, pinned } = event;
      return defined({ action, by, reason, trigger, pinned });
    }
    case 'reload.rolledback': {
      const { version, reloadId, error } = event;
      return defined({ action, trigger, version, reloadId, error: error.code });
    }
  }
}

/** The paths of changes, of which there are {@link MAX_COUNTED} at most. */
export function pathsOf(
  changes: readonly Change[],
): Pick<AuditRecord, 'paths'> & { readonly morePaths: number | undefined } {
  return boundedPaths(changes, ({ path }) => formatPath(path));
}

function boundedPaths<T>(all: readonly T[], format: (item: T) => string = String) {
  const paths = all.slice(0, MAX_PATHS).map((item) => cut(format(item)));
  const more = Math.min(all.length, MAX_COUNTED) - paths.length;
  return { paths: Object.freeze(paths), morePaths: more > 0 ? more : undefined };
}

function cut(path: string): string {
  return path.length > MAX_PATH_CHARS ? `${path.slice(0, MAX_PATH_CHARS)}…` : path;
}

/** Without what is undefined, so that a record is what JSON makes of it. */
export function defined<T extends object>(
  details: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(details).filter(([, value]) => value !== undefined),
  ) as never;
}

/** ISO 8601; empty for what is no time, since a clock of the user's may say anything. */
export function isoTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
