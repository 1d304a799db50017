/**
 * The longest time, in milliseconds, between two turns of the event loop while `work` goes on. Each turn is seen: a
 * callback runs in all of them, and asks for the next.
 */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let going = true;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  going = false;
  // the turn that `work` ended in counts too
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  return longest;
}
