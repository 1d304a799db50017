/**
 * Settles like `work`, or rejects with the signal's reason as soon as it aborts: for work that may not listen to it.
 * Leaves no listener behind, since the signal is used again by later loads.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
