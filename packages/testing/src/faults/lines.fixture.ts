import type { Logger } from '@holdfast/core';

/** A log line. */
export interface Line {
  readonly level: keyof Logger;
  readonly text: string;
}

/** A logger that keeps what it is told. */
export function recordLines(): { readonly lines: readonly Line[]; readonly logger: Logger } {
  const lines: Line[] = [];
  const write = (level: Line['level']) => (text: string) => void lines.push({ level, text });
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  const logger = Object.fromEntries(levels.map((level) => [level, write(level)]));
  return { lines, logger: logger as unknown as Logger };
}
