/** Where log lines go. `console` and pino fit as they are. A logger that throws harms nothing. */
export interface Logger {
  debug(message: string, fields: object): void;
  info(message: string, fields: object): void;
  warn(message: string, fields: object): void;
  error(message: string, fields: object): void;
}
