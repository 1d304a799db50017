/* oxlint-disable vitest/no-standalone-expect -- tests call this for what they expect */
import type { ErrorCode, HoldfastError, Loader, LoadFailure, NextPoll } from '@holdfast/core';
import type { PollingOptions } from '@holdfast/core';
import { expect } from 'vitest';

/** What a failure, or a refusal, has to say. */
export interface RightAnswer {
  /** Parts of the message. */
  readonly says: string | readonly string[];
  /** @default {'LOAD_FAILED'} */
  readonly code?: ErrorCode;
  /** What kind of trouble. @default {not looked at} */
  readonly failure?: LoadFailure;
  /** Status of the answer. @default {not looked at} */
  readonly status?: number | undefined;
  /** Why the next try is when it is. @default {'backoff' of a failure, 'interval' of a refusal} */
  readonly because?: NextPoll['because'];
}

/** Polling options of a trial. */
export interface Polling extends PollingOptions {
  readonly intervalMs: number;
  readonly deadlineMs: number;
}

/** A wait that a poll ended with. */
interface Wait {
  readonly waitMs: number;
  readonly because: NextPoll['because'];
  /** Of the backoff. */
  readonly level: number;
}

/** The error has its code, and its message says the cause and the source. */
export function saysEverything(error: HoldfastError, answer: RightAnswer, loader: Loader): void {
  const { says, code = 'LOAD_FAILED', failure, status } = answer;
  expect(error).toMatchObject({ code, ...(failure && { failure }), ...(status && { status }) });
  for (const part of [says].flat()) expect(error.message).toContain(part);
  const { name, origin = name } = loader;
  const host = URL.canParse(origin) ? new URL(origin).host : name;
  const named = error.message.includes(name) || error.message.includes(host);
  expect(named, `"${error.message}" names ${name} or ${host}`).toBe(true);
}

/** The next try is neither closer than the minimum interval nor later than the longest wait. */
export function inBounds({ waitMs, because, level }: Wait, polling: Polling): void {
  const { intervalMs, minIntervalMs = Math.min(10_000, intervalMs) } = polling;
  const { maxIntervalMs = Math.max(300_000, intervalMs) } = polling;
  const { maxMs = Math.max(300_000, minIntervalMs) } = polling.backoff ?? {};
  const longestMs = Math.max(maxIntervalMs, maxMs);
  const bounds: { readonly [reason in NextPoll['because']]?: readonly [number, number] } = {
    backoff: [minIntervalMs, Math.min(Math.max(maxMs, intervalMs), intervalMs * 2 ** level)],
    slow: [0.9 * longestMs, longestMs],
    interval: [minIntervalMs, 1.1 * intervalMs],
  };
  const [leastMs, mostMs] = bounds[because] ?? [minIntervalMs, longestMs];
  // the clock goes by whole milliseconds
  expect(waitMs).toBeGreaterThanOrEqual(leastMs - 1);
  expect(waitMs).toBeLessThanOrEqual(mostMs);
}
