import type { OptionChecks } from '@holdfast/core/options';

/**
 * Refuses what is no loader.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`; shows what kind of value it got, since people pass a URL in its place.
 */
export function checkLoader(check: OptionChecks, option: string, loader: unknown): void {
  check.methods(option, loader, ['load']);
  const { name, key } = loader as { readonly name: unknown; readonly key: unknown };
  check.text(`${option}.name`, name);
  check.text(`${option}.key`, key);
}
