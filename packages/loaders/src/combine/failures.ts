import {
  HoldfastError,
  isHoldfastError,
  isLoadError,
  LoadError,
  type LoadResult,
} from '@holdfast/core';
import { kindOf } from '@holdfast/core/options';
import { withoutUserInfo } from '../internal/printable.ts';
import { reasonIn } from '../internal/reason-in.ts';

/** Why one endpoint gave no document. */
export interface Failure {
  /** Name of its loader. */
  readonly name: string;
  /** What it threw; undefined where it said that there is no such document. */
  readonly error?: unknown;
  /** Of that answer. */
  readonly status?: number | undefined;
}

/** One error for all: it names every endpoint that was asked, and why each one failed. Its code is the one that all have. */
export function noneOf(name: string, failures: readonly Failure[]): HoldfastError {
  const message = `Cannot load ${name}: ${reasonsOf(failures)}`;
  const cause = new AggregateError(failures.map(({ error }) => error ?? 'absent'));
  const code = same(failures.map(({ error }) => (isHoldfastError(error) ? error.code : undefined)));
  if (code !== undefined && code !== 'LOAD_FAILED')
    return new HoldfastError(code, message, { cause });
  const errors = failures.map(({ error }) => (isLoadError(error) ? error : undefined));
  const waits = errors.map((error) => error?.retryAfterMs);
  return new LoadError(message, {
    // it may help to wait where it may help at one of them
    retry: errors.every((error) => error?.retry === 'slow') ? 'slow' : 'backoff',
    retryAfterMs: waits.includes(undefined) ? undefined : Math.min(...(waits as number[])),
    failure: same(errors.map((error) => error?.failure)) ?? 'other',
    status: same(failures.map(({ status }, i) => status ?? errors[i]?.status)),
    cause,
  });
}

/** Each endpoint, and why it failed. */
export function reasonsOf(failures: readonly Failure[]): string {
  return failures.map((failure) => sayOf(failure)).join('; ');
}

/** What all say together who have no such document. */
export function absent(failures: readonly Failure[]): LoadResult {
  return { kind: 'absent', status: same(failures.map(({ status }) => status)) };
}

function sayOf({ name, error, status }: Failure): string {
  const what = status === undefined ? '' : ` (status ${status})`;
  if (error === undefined) return `${name}: there is no such document${what}`;
  const message = error instanceof Error ? error.message || error.name : `threw ${kindOf(error)}`;
  return `${name}: ${reasonIn(isHoldfastError(error) ? message : withoutUserInfo(message), name)}`;
}

function same<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}
