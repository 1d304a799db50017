/** One number of a row: smaller is better, and at most `target` is asked. */
export interface Figure {
  /** Unique among all rows; begins with the row's id. */
  readonly id: string;
  readonly value: number;
  readonly target: number;
  /** What the number counts: `× Map.get`, `ms over an empty module`. */
  readonly unit: string;
  /** What else was measured on the way, in a line for people. */
  readonly detail: string;
}

/** What others take for the same, measured in the same run, in the unit that `detail` gives. */
export interface Peer {
  readonly name: string;
  readonly detail: string;
}

/** What a row found. */
export interface Findings {
  readonly figures: readonly Figure[];
  readonly peers?: readonly Peer[];
}

/** A file of `bench/rows`; it runs in a process of its own, against the built packages. */
export interface Row {
  readonly title: string;
  /** Flags of Node that the measurement needs; `--expose-gc` is always there. */
  readonly nodeFlags?: readonly string[];
  run(): Promise<Findings>;
}
