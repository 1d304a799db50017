/** Gives a module that is loaded when it is first asked for. */
export interface Lazy<T> {
  /** The runtime is asked once. A failure is forgotten, so that the next call tries again. */
  (): Promise<T>;
  /** The module once it is there, for those who cannot afford a promise each time. */
  loaded?: T;
}

/** Loads a module when it is first asked for. */
export function lazily<T>(load: () => Promise<T>): Lazy<T> {
  let loading: Promise<T> | undefined;
  const get: Lazy<T> = () => {
    loading ??= load().then(
      (module) => (get.loaded = module),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  return get;
}
