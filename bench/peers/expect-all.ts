/** A read that finds nothing would be the fastest of all. */
export function expectAll(found: number, times: number): number {
  if (found !== times) throw new Error(`${found} of ${times} reads found a value`);
  return found;
}
