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

/** What is known counts as old until it is confirmed, and the next read makes it due. */
export function invalidate(config: Doubtable): void {
  if (config.closed) return;
  for (const source of config.sources) {
    source.health = { ...source.health, doubted: { by: 'invalidate' }, confirmed: false };
    source.settled = false;
    // the answer of a poll under way may be of before: one more follows
    source.dirty = true;
  }
  config.dueOnRead = true;
  config.reader?.withdraw();
  config.healthChanged();
}
