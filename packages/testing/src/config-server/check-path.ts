import type { OptionChecks } from '@holdfast/core/options';

/** Checks the path of a document, as requests name it. @throws {HoldfastError} `INVALID_OPTIONS` */
export function checkPath(check: OptionChecks, path: unknown): void {
  if (typeof path === 'string' && path.startsWith('/')) return;
  throw check.fail('path', 'a text that begins with "/"', path);
}
