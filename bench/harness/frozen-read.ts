interface Holder {
  readonly current: { readonly pool: { readonly size: number } };
}
/** Reads one value. */
export type Reader = (holder: Holder) => number;

// Eight equal functions, so that their calls are not inlined and nothing is hoisted out of the loop; written out for each
// side, so that the two learn nothing from each other.
const frozenReaders: readonly Reader[] = [
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
  (frozen) => frozen.current.pool.size,
];

/** A loop that reads by eight functions in turn. */
export function readAll(readers: readonly Reader[], holder: Holder): (times: number) => number {
  return (times) => {
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += readers[i & 7]!(holder);
    return sum;
  };
}

/** The same properties of a frozen object: nothing reads faster. */
export function frozenRead(current: Holder['current']): (times: number) => number {
  return readAll(frozenReaders, Object.freeze({ current }));
}
