import { type Health, isInvalidated } from './health.ts';

/** Whoever keeps the value where applications read it. */
export interface ValueReader {
  serve(value: unknown): void;
  /** Keeps it there no more, so that reads are noticed. */
  withdraw(): void;
}

/** A config that may have to be loaded, or polled again, as soon as somebody reads its value. */
export interface Readable {
  dueOnRead: boolean;
  readonly snapshot: { readonly value: unknown } | undefined;
  readonly reader: ValueReader | undefined;
  readonly sources: readonly {
    readonly health: Health;
    poke(because: 'resume'): void;
  }[];
  start(): void;
}

/**
 * Somebody reads the value. Where that makes it due, it begins to load, or polls as soon as the minimum interval allows,
 * and the value becomes a plain property, of which no further read is noticed.
 */
export function noticeRead(config: Readable): void {
  if (!config.dueOnRead) return;
  config.dueOnRead = false;
  if (config.snapshot) config.reader?.serve(config.snapshot.value);
  config.start();
  // those that the schedule polled meanwhile are not
  for (const source of config.sources) if (isInvalidated(source)) source.poke('resume');
}
