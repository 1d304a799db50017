import type { Config } from './config.ts';
import type { Rehearsal } from './cycle/rehearse.ts';
import { getAt, parsePath, type Path } from './document/path.ts';
import type { PathOf, ValueAt } from './document/typed-path.ts';
import type { Unsubscribe } from './events.ts';
import type { Because } from './operate/because.ts';
import type { Explanation } from './operate/explain.ts';
import { loadOperations } from './operate/load-operations.ts';
import type { OverrideHandle, OverrideInfo, OverrideOptions } from './operate/override.ts';
import { OptionCheck } from './options/check.ts';
import type { DeepPartial } from './options/config.ts';
import { type ParticipantOptions, resolveParticipant } from './options/participant.ts';
import type { Outcome } from './outcome.ts';
import type { ValueCheck } from './state/value-check.ts';
import { View } from './view.ts';

/** A {@link View} of the whole value of a config, with all that is done to it beyond receiving it. */
export class OperatedView<T> extends View<T> {
  readonly #config: Config;

  /** @internal */
  constructor(config: Config) {
    super(config);
    this.#config = config;
  }

  /**
   * Takes the document that was refused for losing more keys than `maxRemoved` allows. It must still fit the schema.
   * Resolves with the outcome: `unchanged` when no document waits.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` without `by` or `reason`.
   */
  async acceptRefused(options: Because): Promise<Outcome> {
    return (await loadOperations()).acceptRefused(this.#config, options);
  }

  /**
   * Gives a part of the application a say in each change: it can veto it, make it before the value is in force, undo it,
   * and check the health after. It hears of changes from now on, not of the value that is in force. Returns what ends
   * it, any number of times.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` for wrong options, a name that is taken, and circles of `after`.
   */
  attach(participant: ParticipantOptions<T>): Unsubscribe {
    const config = this.#config;
    const { name, participants: enabled } = config.policy;
    const options = participant as ParticipantOptions<never>;
    const one = resolveParticipant(name, options, config.participants);
    if (enabled?.includes(one.name) ?? true) config.participants = [...config.participants, one];
    return () => {
      config.participants = config.participants.filter((other) => other !== one);
    };
  }

  /**
   * A rule beside the schema: values for which `holds` is not true are refused, with `message`. It looks at the changes
   * from now on: `check()` asks it about the value in force. Returns what ends it, any number of times.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` when `holds` is no function, or `message` no text.
   */
  rule<P extends PathOf<T>>(
    path: P,
    holds: (part: ValueAt<T, P>, value: T) => boolean,
    message: string,
  ): Unsubscribe {
    const config = this.#config;
    const check: OptionCheck = new OptionCheck(
      `rule() of config ${JSON.stringify(config.policy.name)}`,
    );
    if (typeof holds !== 'function') throw check.fail('holds', 'a function', holds);
    check.text('message', message);
    const name = `the rule of ${path}`;
    const one: ValueCheck = {
      name,
      check: (value) => {
        const part = getAt(value, parsePath(path)) as ValueAt<T, P>;
        // not the promise of an async function, either
        return holds(part, value as T) === true ? undefined : message;
      },
    };
    config.checks = [...config.checks, one];
    return () => {
      config.checks = config.checks.filter((other) => other !== one);
      config.retryKept();
    };
  }

  /**
   * Lays something over the documents, for all who read this config: raw JSON that is merged like a layer, a function
   * that makes it of the value in force, or a value for one path. It is checked like a document, and participants have
   * their say. Gives what takes it away again, also by `await using`.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`; or why the value was refused or vetoed, and then nothing has changed.
   */
  override(
    patch: DeepPartial<T> | ((current: T) => DeepPartial<T>),
    options: OverrideOptions & { readonly dryRun: true },
  ): Promise<Rehearsal>;
  override(
    patch: DeepPartial<T> | ((current: T) => DeepPartial<T>),
    options: OverrideOptions,
  ): Promise<OverrideHandle>;
  override<P extends PathOf<T>>(
    path: P,
    value: ValueAt<T, P>,
    options: OverrideOptions,
  ): Promise<OverrideHandle>;
  async override(what: unknown, ...rest: readonly unknown[]): Promise<unknown> {
    const { override, patchAt } = await loadOperations();
    const [value, options] = rest.length > 1 ? rest : [undefined, rest[0]];
    const patch = rest.length > 1 ? patchAt(this.#config, what as string, value) : what;
    return override(this.#config, patch, options as OverrideOptions);
  }

  /** What is laid over the documents now, the lowest first. */
  async overrides(): Promise<readonly OverrideInfo[]> {
    return (await loadOperations()).overridesOf(this.#config);
  }

  /** Takes all overrides away: what the sources say counts again. @throws {HoldfastError} `INVALID_OPTIONS` */
  async clearOverrides(because: Because): Promise<Outcome> {
    return (await loadOperations()).clearOverrides(this.#config, because);
  }

  /** Checks what is in force once more, by the schema and all rules of today; `problems` are all that is wrong. */
  check(): Promise<Rehearsal> {
    return this.#config.rehearse(({ inputs }) => inputs);
  }

  /** What is at `path` of the merged documents, who gave it, and what each other layer has there. */
  async explain(path: string | Path): Promise<Explanation> {
    return (await loadOperations()).explain(this.#config, path);
  }

  /** Name of the highest layer that has something at `path`: `defaults`, a source, or an override. */
  async sourceOf(path: string | Path): Promise<string | undefined> {
    return (await this.explain(path)).from;
  }
}
