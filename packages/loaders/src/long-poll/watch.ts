import type { WatchRequest } from '@holdfast/core';
import { headersFor } from '../http/request-headers.ts';
import { type Target, targetOf } from '../http/target.ts';
import { type Heard, withinSilence } from '../push/within-silence.ts';
import { openStanding } from '../undici/open-standing.ts';
import type { LongPollingPolicy } from './options.ts';
import { type Position, seenIn } from './position.ts';

/** How late an answer may be, beside the sixteenth by which Consul spreads its own. */
const LATE_MS = 10_000;
const LATEST = 'waitMs, a sixteenth of it and 10 s';

/**
 * Between two requests that the server did not keep waiting: of a server that never does, less and less often. Where each
 * answer tells of a change it may well be honest, since something changes within each pause: those stay short.
 */
const PACE_MS = { least: 1_000, busy: 10_000, most: 60_000 };

/** Asks again and again, until a request fails. What is seen first is read by the engine in any case. */
export function watchByLongPolls(policy: LongPollingPolicy, request: WatchRequest): Promise<void> {
  const { name, waitMs } = policy;
  const silenceMs = waitMs + waitMs / 16 + LATE_MS;
  return withinSilence(request, { name, silenceMs, by: LATEST }, (heard) =>
    ask(policy, request, heard),
  );
}

async function ask(
  policy: LongPollingPolicy,
  request: WatchRequest,
  { signal, heard }: Heard,
): Promise<void> {
  const { name: loader } = policy;
  const { limits, time } = request;
  const connection = await openStanding(policy, signal);
  const asks = { loader, doing: 'watch', signal, limits } as const;
  let position: Position | undefined;
  let connected = false;
  let paceMs = PACE_MS.least;
  try {
    for (;;) {
      const beganAt = time.monotonic();
      /* oxlint-disable no-await-in-loop -- one request after the other is what a long poll is */
      const own = await headersFor(policy.headers, loader, signal);
      signal.throwIfAborted();
      const headers = [...own, ...connection.headers, ...conditionOf(policy, position)];
      const target = targetAt(policy, position);
      const answer = await connection.exchange({ ...asks, target, headers });
      heard();
      const seen = seenIn(answer, position, { ...policy, now: time.now() });
      if (!connected) request.connected();
      else if (seen.changed) request.changed();
      const tookMs = time.monotonic() - beganAt;
      const waited = tookMs >= PACE_MS.least || !connected;
      const most = seen.changed ? PACE_MS.busy : PACE_MS.most;
      paceMs = waited ? PACE_MS.least : Math.min(paceMs * 2, most);
      connected = true;
      ({ position } = seen);
      if (!waited) await time.sleep(paceMs - tookMs, signal);
      /* oxlint-enable no-await-in-loop */
    }
  } finally {
    await connection.destroy();
  }
}

function targetAt(
  { target, by, waitMs }: LongPollingPolicy,
  position: Position | undefined,
): Target {
  const url = new URL(target.href);
  if (position === undefined) return target;
  url.searchParams.set('wait', `${Math.ceil(waitMs / 1_000)}s`);
  if (by === 'index') url.searchParams.set('index', position);
  return targetOf(url);
}

function conditionOf({ by }: LongPollingPolicy, position: Position | undefined): readonly string[] {
  return by === 'etag' && position !== undefined ? ['if-none-match', position] : [];
}
