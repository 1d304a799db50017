/**
 * Where log lines go. `console` fits as it is; the message alone says everything. pino takes its fields first, so that
 * it leaves ours out; to keep them: `{ info: (message, fields) => log.info(fields, message), … }`. A logger that throws
 * harms nothing.
 */
export interface Logger {
  /** What happens at every poll. */
  debug(message: string, fields: object): void;
  /** Changes of the value, recoveries. */
  info(message: string, fields: object): void;
  /** Outages, refusals, a cache that fails: something is to be mended, and a value is served. */
  warn(message: string, fields: object): void;
  /** Code of the application threw, or its health check took a change back. */
  error(message: string, fields: object): void;
}
