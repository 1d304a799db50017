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

/** What others take for the same, measured in the same run. */
export interface Peer {
  readonly name: string;
  /** In a line for people; with the way of use, where there are several. */
  readonly detail: string;
  /** In the unit of the figure that it stands beside; without it there is nothing to draw. */
  readonly value?: number;
  /** The figure that it stands beside; the first of the row if not said. */
  readonly figure?: string;
  /** No product but what ours is compared with: a bare request, an empty process. */
  readonly limit?: boolean;
}

/** What a row found. */
export interface Findings {
  readonly figures: readonly Figure[];
  readonly peers?: readonly Peer[];
}

/** A file of `bench/rows`; it runs in a process of its own, against the built packages. */
export interface Row {
  readonly title: string;
  /** Why the figures are what they are, in plain words, for docs/performance.md: how it is done, and who was left out. */
  readonly why?: string;
  /** Flags of Node that the measurement needs; `--expose-gc` is always there. */
  readonly nodeFlags?: readonly string[];
  run(): Promise<Findings>;
  /** The first figure in a few rounds and without peers, who may not be installed: for the budget. */
  readonly quick?: () => Promise<Figure>;
}

/** Whether a figure is as low as is asked. */
export function verdictOf({ value, target }: Figure): 'ok' | 'short' {
  return value <= target ? 'ok' : 'short';
}
