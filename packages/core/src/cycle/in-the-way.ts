/** What is in the way. */
export interface InTheWay<T> {
  /** In their order. */
  readonly found: readonly T[];
  /** Without them the rest will do; otherwise others have to go, too. */
  readonly all: boolean;
}

/**
 * Which of `items`, that will not do together, have to go so that the rest will do, as none of them does. `would` is asked
 * at most so often: halving finds one of a thousand in ten times, one more tells whether that is all.
 */
export async function inTheWay<T>(
  items: readonly T[],
  would: (left: readonly T[]) => Promise<boolean>,
  mostAsked: number,
): Promise<InTheWay<T>> {
  const found: T[] = [];
  let left = items;
  // the first `good` of those that are left will do, the first `bad` will not
  let [good, bad] = [0, left.length];
  for (let asked = 0; asked < mostAsked; asked++) {
    if (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (await would(left.slice(0, middle))) good = middle;
      else bad = middle;
      continue;
    }
    found.push(left[good]!);
    left = left.toSpliced(good, 1);
    bad = left.length;
    if (bad === good || (await would(left))) return { found, all: true };
  }
  return { found, all: false };
}
