import type { Readable } from '../state/due-on-read.ts';
import type { Health } from '../state/health.ts';

/** A config of which what is known can be doubted. */
interface Doubtable extends Readable {
  readonly closed: boolean;
  readonly sources: readonly (Readable['sources'][number] & {
    health: Health;
    settled: boolean;
    dirty: boolean;
  })[];
  healthChanged(): void;
}

/** After somebody said that what is known may be of before. */
export function invalidated(health: Health): Health {
  return { ...health, doubted: { by: 'invalidate' }, confirmed: false };
}

/** What is known counts as old until it is confirmed, and the next read makes it due. */
export function invalidate(config: Doubtable): void {
  if (config.closed) return;
  for (const source of config.sources) {
    source.health = invalidated(source.health);
    source.settled = false;
    // the answer of a poll under way may be of before: one more follows
    source.dirty = true;
  }
  config.dueOnRead = true;
  config.reader?.withdraw();
  config.healthChanged();
}
