type Listening = (type: string, listener: unknown, options?: unknown) => void;

/** Abort listeners that stand on `signal`, counted from now on. Those of the platform itself cannot be seen. */
export function countListeners(signal: AbortSignal): { readonly size: number } {
  const standing = new Set<unknown>();
  const add: Listening = signal.addEventListener.bind(signal) as Listening;
  const remove: Listening = signal.removeEventListener.bind(signal) as Listening;
  Object.assign(signal, {
    addEventListener(type: string, listener: unknown, options?: { signal?: AbortSignal }) {
      if (type === 'abort') standing.add(listener);
      options?.signal?.addEventListener('abort', () => standing.delete(listener), { once: true });
      add(type, listener, options);
    },
    removeEventListener(type: string, listener: unknown, options?: unknown) {
      standing.delete(listener);
      remove(type, listener, options);
    },
  });
  return standing;
}
