import type { OptionChecks } from '@holdfast/core/options';

/**
 * Refuses options that are no object, saying what one looks like, since people pass the URL or the path itself; and keys
 * that are not in `known`.
 *
 * @param example What must be in it: `{ url }`.
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function checkOptions(
  check: OptionChecks,
  options: unknown,
  { example, known }: { readonly example: string; readonly known: readonly string[] },
): void {
  if (typeof options !== 'object' || options === null)
    throw check.fail('options', `an object: ${example}`, options);
  check.object('options', options, known);
}
