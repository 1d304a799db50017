import { type ConfigManager, type Loader, createConfigManager, systemClock } from '@holdfast/core';
import { fetchLoader } from '@holdfast/loaders/fetch';
import { httpLoader } from '@holdfast/loaders/http';
import { countingClock } from '../counting-clock.ts';
import { SECRET } from './case.ts';
import type { Order, Report } from './order.ts';
import { POLLING } from './polling.ts';
import { LIMITS } from './strict-document.ts';
import { Watcher } from './watcher.ts';

/** A case that takes longer has not healed. */
const PATIENCE_MS = 20_000;

/** Changes a loader before it is tried, to see whether the fuzzer notices. */
export type Spoil = (loader: Loader) => Loader;

/** Goes through one case: a config from its first poll until its origin is well again, then the close. */
export async function runOrder(order: Order, spoil: Spoil = (loader) => loader): Promise<Report> {
  const started = systemClock.monotonic();
  const clock = countingClock();
  const watcher = new Watcher(order);
  const manager = createConfigManager({ clock, logger: watcher.logger, breaker: false });
  const loader = spoil(loaderFor(order, () => watcher.load(clock.monotonic())));
  watcher.watch(manager, loader, () => register(manager, loader));
  if (!(await inTime(watcher.healed))) watcher.find(`not healed within ${PATIENCE_MS} ms`);
  if (!(await inTime(manager.close()))) watcher.find('close() does not end');
  watcher.closed();
  if (clock.waiting() > 0) watcher.find(`${clock.waiting()} timers after close()`);
  const { polls, findings, number } = watcher;
  const durationMs = systemClock.monotonic() - started;
  return { number, polls, findings, durationMs, rss: process.memoryUsage.rss() };
}

const register = (manager: ConfigManager, loader: Loader) =>
  manager.register('app', {
    loader,
    limits: LIMITS,
    maxRemoved: 1,
    updates: false,
    polling: { ...POLLING, strategy: 'fixed', backoff: { maxMs: POLLING.maxIntervalMs } },
  });

function loaderFor(
  { number, loader, follow, credential, port }: Order,
  onLoad: () => number,
): Loader {
  const user = credential === 'user-info' ? `user:${SECRET}@` : '';
  const options = {
    url: `http://${user}127.0.0.1:${port}/app.json?token=${SECRET}`,
    ...(credential === 'bearer' && { bearerToken: SECRET }),
    headers: {
      'x-case': String(number),
      'x-load': () => String(onLoad()),
      ...(credential === 'header' && { 'x-api-key': SECRET }),
    },
    redirects: follow ? 'same-origin' : 'refuse',
  } as const;
  return loader === 'http'
    ? httpLoader({ ...options, proxyFromEnvironment: false })
    : fetchLoader(options);
}

/** Whether it settles before the patience ends. */
async function inTime(work: Promise<void>): Promise<boolean> {
  let impatient: NodeJS.Timeout | undefined;
  const end = new Promise<false>((resolve) => {
    impatient = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const done = await Promise.race([work.then(() => true as const), end]);
  clearTimeout(impatient);
  return done;
}
