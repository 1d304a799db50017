import type { AuditSink } from '../ports/audit.ts';
import type { OptionCheck } from './check.ts';

/** How the audit trail of a manager is kept. */
export interface AuditOptions {
  /** Records that are kept in memory, 1 to 100 000; beyond them the oldest ones go. @default {1_000} */
  readonly keep?: number;
  /** Where each record goes beside memory, such as `auditFile()`. @default {nowhere} */
  readonly sink?: AuditSink;
}

/** {@link AuditOptions} after defaults and checks. */
export interface AuditPolicy {
  readonly keep: number;
  readonly sink: AuditSink | undefined;
}

/** Which records of the trail are wanted. */
export interface AuditListOptions {
  /** So many, 1 or more; the newest ones. @default {100} */
  readonly limit?: number;
  /** Those of this config alone. @default {all configs} */
  readonly config?: string;
  /** Those of this time and later: wall clock in milliseconds, 0 or more. @default {0} */
  readonly since?: number;
}

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveAudit(options: AuditOptions = {}, check: OptionCheck): AuditPolicy {
  check.object('audit', options, ['keep', 'sink'] satisfies (keyof AuditOptions)[]);
  const { keep = 1_000, sink } = options;
  check.count('audit.keep', keep, 1, 100_000);
  if (sink !== undefined) check.methods('audit.sink', sink, ['write']);
  return { keep, sink };
}
