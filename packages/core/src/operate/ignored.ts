import type { Inputs, Override } from '../state/inputs.ts';
import type { OperatedConfig } from './operated-config.ts';

/** By override, dotted. */
type IgnoredPaths = ReadonlyMap<Override, readonly string[]>;

const NONE: IgnoredPaths = new Map();

/**
 * Paths at which overrides do nothing.
 *
 * @param inputs What they are a part of.
 * @param value What those are worth, where that is known.
 */
export async function ignoredPaths(
  config: OperatedConfig,
  { inputs, value }: { readonly inputs: Inputs; readonly value?: unknown },
  set: readonly Override[],
): Promise<IgnoredPaths> {
  // a path that only a restart may change is not ignored: it waits
  const { started: _, overrides = [], ...rest } = inputs;
  // it is there long since
  const { leftOut } = await import('../cycle/cycle.ts');
  return leftOut(config, {
    parts: new Map(set.map((one) => [one, one.patch])),
    // another override may be misspelt in the same way
    others: { ...rest, overrides: [] },
    laid: (patches) => ({
      ...rest,
      overrides: overrides.map((one) => ({ ...one, patch: patches.get(one) ?? one.patch })),
    }),
    value,
  });
}

/** Tells of overrides that some of them does nothing: one look for all that are set in one go. */
export class IgnoredWatch {
  readonly #config: OperatedConfig;
  #set: readonly Override[] = [];

  constructor(config: OperatedConfig) {
    this.#config = config;
  }

  /** It is in force. */
  add(override: Override): void {
    if (this.#set.length === 0) queueMicrotask(() => void this.#look());
    this.#set = [...this.#set, override];
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { policy, context, state } = this.#config;
    const { inputs, snapshot } = state;
    const set = this.#set.filter((override) => inputs.overrides?.includes(override));
    this.#set = [];
    // what waits for a restart is not in the value
    const value = snapshot?.pendingRestart ? undefined : snapshot?.value;
    const ignored = await ignoredPaths(this.#config, { inputs, value }, set).catch(() => NONE);
    if (this.#config.closed) return;
    for (const [{ id: source }, paths] of ignored) {
      const message = `Override ${source} does nothing at ${paths.join(', ')}: no layer has that, and the value would be the same without it`;
      context.events.emit('config.warned', policy.name, () => ({ source, message }));
    }
  }
}
