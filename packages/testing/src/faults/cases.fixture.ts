/** Every case with every loader, for `test.each`: what the case is called, name and maker of the loader, then its rest. */
export function crossed<Name, Rest extends readonly unknown[], Maker>(
  cases: readonly (readonly [Name, ...Rest])[],
  loaders: readonly (readonly [string, Maker])[],
): [Name, string, Maker, ...Rest][] {
  return loaders.flatMap(([loader, make]) =>
    cases.map(([name, ...rest]): [Name, string, Maker, ...Rest] => [name, loader, make, ...rest]),
  );
}
