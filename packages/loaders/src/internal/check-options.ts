import type { OptionChecks } from '@holdfast/core/options';

/**
 * Refuses options that are no object, saying what one looks like, since people pass the URL or the path itself; and keys
 * that are not in `known`.
 *
 * @param example What must be in it: `{ url }`.
 * @param elsewhere Options that people look for here, and where they are.
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function checkOptions(
  check: OptionChecks,
  options: unknown,
  {
    example,
    known,
    elsewhere = {},
  }: {
    readonly example: string;
    readonly known: readonly string[];
    readonly elsewhere?: Readonly<Record<string, string>>;
  },
): void {
  if (typeof options !== 'object' || options === null)
    throw check.fail('options', `an object: ${example}`, options);
  for (const [option, where] of Object.entries(elsewhere)) {
    if (!known.includes(option) && Object.hasOwn(options, option))
      throw check.fail(option, `left out (${where})`, Reflect.get(options, option));
  }
  check.object('options', options, known);
}
