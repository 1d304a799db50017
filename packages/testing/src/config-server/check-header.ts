import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { OptionChecks } from '@holdfast/core/options';

/** A header that is to be sent: its name, and its value. */
type Header = readonly [name: string, value: unknown];

/** Checks that HTTP can carry a header. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkHeader(check: OptionChecks, option: string, [name, value]: Header): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value as string);
  } catch {
    throw check.fail(option, 'what a header can carry', value);
  }
}

/** Checks headers by their names. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkHeaders(check: OptionChecks, option: string, headers: unknown): void {
  check.record(option, headers);
  for (const header of Object.entries(headers as object))
    checkHeader(check, `${option}.${header[0]}`, header);
}
