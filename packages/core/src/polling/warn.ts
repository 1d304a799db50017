import type { PollingPolicy } from '../options/polling.ts';
import type { SourceOwner } from './owner.ts';

/** What is used where nobody asked for another one. */
const DEFAULT_DEADLINE_MS = 10_000;

/** Tells what is legal about the options of a config, but unwise. */
export function warn({
  policy,
  context,
  closed,
}: Pick<SourceOwner, 'policy' | 'context' | 'closed'>): void {
  if (closed) return;
  for (const { name: source, loader, polling } of policy.sources) {
    const sharing = policy.sources.filter((other) => other.polling === polling);
    // what sources share is told of once, by the first of them
    const waits = sharing[0]!.name === source ? unwise(polling, policy.maxStaleMs) : [];
    const isOwn = sharing.length < policy.sources.length;
    const told = waits.map((text) => (isOwn ? `source ${JSON.stringify(source)}: ${text}` : text));
    for (const message of [...(loader.warnings ?? []), ...told]) {
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
