import type { Path } from '../document/path.ts';
import type { Limits } from '../ports/limits.ts';
import { MAX_WAIT_MS, OptionCheck } from './check.ts';
import { type FieldRules, resolveFields } from './fields.ts';
import { type HistoryOptions, type HistoryPolicy, resolveHistory } from './history.ts';
import { resolveLimits } from './limits.ts';
import { resolveVersions, type VersionOptions, type VersionPolicy } from './versions.ts';

/** Options of `register` that most configs leave to the defaults. */
export interface TermOptions extends VersionOptions {
  /**
   * Nothing is loaded before somebody asks: the first `ready()`, `refresh()` or read of the value begins it. The read
   * itself does not wait. @default {false}
   */
  readonly lazy?: boolean;
  /** How many changes may be applied. Surplus ones wait; the newest is applied when the window opens. `false`: any number. */
  readonly updates?: UpdateOptions | false;
  /** What no document may go beyond. */
  readonly limits?: Partial<Limits>;
  /**
   * Refuses a document that loses more than this share of its keys, 0 to 1, when it had at least sixteen; `1` allows
   * everything. See `acceptRefused`. @default {0.5}
   */
  readonly maxRemoved?: number;
  /**
   * Dotted paths of documents whose changes alone are no change: `['generatedAt']`. `*` stands for every key or index:
   * with `users.*.seen` a user that comes or goes is a change. @default {[]}
   */
  readonly ignore?: readonly (string | Path)[];
  /**
   * Dotted paths that hold secrets, in the document and in the value: no error, event, log line or diff shows what is
   * there, and the cache keeps it encrypted or not at all. `*` stands for any key or index. `current` shows it: what
   * `secret()` of `@holdfast/core/zod` marks is hidden there, too. @default {[]}
   */
  readonly secrets?: readonly (string | Path)[];
  /**
   * Dotted paths of documents whose changes wait for a restart: they are listed in `status.pendingRestart`, the rest of
   * the document applies. `*` stands for every key or index. @default {[]}
   */
  readonly restartOnly?: readonly (string | Path)[];
  /** The opposite: only what is at these paths may change while the process runs. @default {everything} */
  readonly dynamicOnly?: readonly (string | Path)[];
  /** Versions that are kept for `rollback()`. */
  readonly history?: HistoryOptions;
  /** Names of the participants that take part in changes; the others are attached, but not asked. @default {all} */
  readonly participants?: readonly string[];
  /** Property that identifies the items of arrays in `changes`; without it arrays compare by index. @default {none} */
  readonly arrayKey?: string;
  /**
   * Time for an asynchronous schema, and for a loader's asynchronous `decode`, in milliseconds, 1 to 2 147 483 647.
   * @default {1_000}
   */
  readonly validateTimeoutMs?: number;
  /** Failures and refusals in a row until the status is `fallback`, 1 or more. @default {5} */
  readonly fallbackAfter?: number;
  /**
   * Without a confirmation by the source for so long, the status is `expired`, in milliseconds, 1 to Infinity, which is never.
   * @default {86_400_000}
   */
  readonly maxStaleMs?: number;
}

/** See {@link TermOptions.updates}. */
export interface UpdateOptions {
  /** Changes within one window, 1 or more. @default {10} */
  readonly max?: number;
  /** Length of the sliding window, in milliseconds, 1 to 2 147 483 647. @default {60_000} */
  readonly windowMs?: number;
}

/** {@link TermOptions} after defaults and checks, and what the schema marks. */
export interface Terms extends FieldRules {
  readonly lazy: boolean;
  readonly updates: { readonly max: number; readonly windowMs: number } | undefined;
  readonly limits: Limits;
  readonly maxRemoved: number;
  readonly versions: VersionPolicy;
  readonly ignore: readonly Path[];
  readonly history: HistoryPolicy;
  readonly participants: readonly string[] | undefined;
  readonly arrayKey: string | undefined;
  readonly validateTimeoutMs: number;
  readonly fallbackAfter: number;
  readonly maxStaleMs: number;
}

/** Names of {@link TermOptions}. */
export const TERM_OPTIONS: readonly (keyof TermOptions)[] = [
  'lazy',
  'updates',
  'limits',
  'maxRemoved',
  'accepts',
  'migrations',
  'monotonic',
  'ignore',
  'secrets',
  'restartOnly',
  'dynamicOnly',
  'history',
  'participants',
  'arrayKey',
  'validateTimeoutMs',
  'fallbackAfter',
  'maxStaleMs',
];

/** Shared by all configs that leave them to the defaults. */
const DEFAULT_UPDATES = { max: 10, windowMs: 60_000 } as const;

/** Fills in defaults and checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveTerms(
  options: TermOptions & { readonly schema?: unknown },
  check: OptionCheck,
): Terms {
  const fields = resolveFields(options, check);
  const marked = Object.values(fields).some((paths) => paths.length > 0);
  const asUsual = !marked && TERM_OPTIONS.every((key) => options[key] === undefined);
  return asUsual ? USUAL : checkedTerms(options, fields, check);
}

function checkedTerms(options: TermOptions, fields: FieldRules, check: OptionCheck): Terms {
  const { arrayKey, lazy = false, participants } = options;
  check.flag('lazy', lazy);
  if (arrayKey !== undefined) check.text('arrayKey', arrayKey);
  if (participants !== undefined) check.texts('participants', participants);
  const { maxRemoved = 0.5, validateTimeoutMs = 1_000 } = options;
  const { fallbackAfter = 5, maxStaleMs = 86_400_000 } = options;
  check.range('maxRemoved', maxRemoved, 0, 1);
  check.range('validateTimeoutMs', validateTimeoutMs, 1, MAX_WAIT_MS);
  check.count('fallbackAfter', fallbackAfter, 1);
  check.range('maxStaleMs', maxStaleMs, 1, Infinity);
  return {
    ...fields,
    lazy,
    updates: resolveUpdates(options.updates, check),
    limits: resolveLimits(options.limits, check),
    versions: resolveVersions(options, check),
    ignore: check.paths('ignore', options.ignore),
    history: resolveHistory(options.history, check),
    participants,
    arrayKey,
    maxRemoved,
    validateTimeoutMs,
    fallbackAfter,
    maxStaleMs,
  };
}

const NO_CHECK: OptionCheck = new OptionCheck('no config');

/** When all are left to the defaults. */
const USUAL: Terms = checkedTerms({}, resolveFields({}, NO_CHECK), NO_CHECK);

function resolveUpdates(updates: UpdateOptions | false | undefined, check: OptionCheck) {
  if (updates === false) return undefined;
  if (updates === undefined) return DEFAULT_UPDATES;
  check.object('updates', updates, ['max', 'windowMs']);
  const { max = DEFAULT_UPDATES.max, windowMs = DEFAULT_UPDATES.windowMs } = updates;
  check.count('updates.max', max, 1);
  check.range('updates.windowMs', windowMs, 1, MAX_WAIT_MS);
  return { max, windowMs };
}
