/** Some of a value, at every depth: what `defaults` may give of a config. */
export type DeepPartial<T> = unknown extends T
  ? T
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
      : T;
