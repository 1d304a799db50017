import type { PollingPolicy } from '../options/polling.ts';
import type { SourceOwner } from './owner.ts';

/** What is used where nobody asked for another one. */
const DEFAULT_DEADLINE_MS = 10_000;

/** Tells what is legal about the options of a config, but unwise. */
export function warn({ policy, context, closed }: SourceOwner): void {
  if (closed) return;
  for (const { name: source, loader, polling } of policy.sources) {
    const messages = [...(loader.warnings ?? []), ...unwise(polling, policy.maxStaleMs)];
    for (const message of messages) {
      context.events.emit('config.warned', policy.name, () => ({ source, message }));
    }
  }
}

/** Waits that do not fit the interval. */
export function unwise(
  { intervalMs, deadlineMs }: PollingPolicy,
  maxStaleMs: number,
): readonly string[] {
  const interval = `polling.intervalMs (${intervalMs})`;
  const messages: string[] = [];
  if (intervalMs < 1_000) {
    messages.push(`${interval} is below a second: durations are milliseconds`);
  }
  if (deadlineMs > intervalMs && deadlineMs !== DEFAULT_DEADLINE_MS) {
    messages.push(
      `polling.deadlineMs (${deadlineMs}) is longer than ${interval}: slow answers put off polls`,
    );
  }
  if (maxStaleMs < intervalMs) {
    messages.push(
      `maxStaleMs (${maxStaleMs}) is shorter than ${interval}: the value expires between polls`,
    );
  }
  return messages;
}
