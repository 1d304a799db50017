/** Calls the meter, which is somebody else's code: what it throws harms neither us nor whoever collects. */
export class Guard {
  /** The first that was thrown; `told` once a listener threw it on. */
  #failure: { readonly thrown: unknown; told: boolean } | undefined;

  /** What the call gives; undefined when it throws. */
  call<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (thrown) {
      this.#failure ??= { thrown, told: false };
      return undefined;
    }
  }

  /** Throws the first failure on, once. Called by listeners, so that the manager tells of it as `listener.failed`. */
  tell(): void {
    if (this.#failure === undefined || this.#failure.told) return;
    this.#failure.told = true;
    throw this.#failure.thrown;
  }
}
