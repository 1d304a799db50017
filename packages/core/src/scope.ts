import type { ConfigHandle } from './handle.ts';
import { isThenable } from './document/kind.ts';
import { HoldfastError, isHoldfastError, messageOf } from './errors.ts';
import { OptionCheck } from './options/check.ts';
import type { OverlaidView, Overrides } from './overlaid-view.ts';

/** What overrides can be laid over: a handle, or what its `with()` gave. */
export type Scopable<T, Input> = ConfigHandle<T, Input> | OverlaidView<T, Input>;

/** Options of {@link createScope}. */
export interface ScopeOptions<T, Input, Context> {
  /**
   * The overrides of a run, by what it was given and the config around it; undefined for none. Asked once a run. Without
   * it, what a run is given are the overrides. @default {none}
   */
  readonly overrides?: (context: Context, config: T) => Overrides<Input> | undefined;
}

/** The part of Node's `AsyncLocalStorage` that is used. */
interface AsyncStorage<S> {
  getStore(): S | undefined;
  run<R>(store: S, work: () => R): R;
}

type AsyncStorageClass = new <S>() => AsyncStorage<S>;

/**
 * A config that is another one for each tenant or request, without being handed from function to function. Made by
 * {@link createScope}.
 */
export class ConfigScope<T, Input, Context> {
  readonly #config: Scopable<T, Input>;
  readonly #overrides: (context: Context, config: Scopable<T, Input>) => unknown;
  readonly #storage: AsyncStorage<Scopable<T, Input>>;

  /** @internal */
  constructor(config: Scopable<T, Input>, { overrides }: ScopeOptions<T, Input, Context>) {
    this.#config = config;
    this.#overrides = overrides
      ? (context, { current }) => overrides(context, current)
      : (context) => context;
    this.#storage = new (findAsyncLocalStorage())();
  }

  /**
   * Calls `work`, and gives what it gives. In it, and in all that it starts (promises, timers), this scope has the
   * overrides that go with `context`, laid over those of the run around it.
   *
   * @throws {HoldfastError} `LISTENER_FAILED` when the function that gives the overrides throws, or gives a promise; what
   * `with()` throws; `INVALID_OPTIONS` when `work` is no function. Then it is not called.
   */
  run<R>(context: Context, work: () => R): R {
    checkWork('run', work);
    return this.#storage.run(this.#viewFor(context), work);
  }

  /**
   * `work`, which will be called from elsewhere (a pool, a queue, an emitter that an earlier request made), for this run:
   * whenever it is called, this scope is what it is now.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS` when it is no function.
   */
  bind<Args extends unknown[], R>(work: (...args: Args) => R): (...args: Args) => R {
    checkWork('bind', work);
    const view = this.view();
    return (...args) => this.#storage.run(view, () => work(...args));
  }

  /** The config of this run, or outside of any the plain one: to `select` from it, to hear of its changes. */
  view(): Scopable<T, Input> {
    return this.#storage.getStore() ?? this.#config;
  }

  /** The value of this run. @throws {HoldfastError} `NO_VALUE` */
  get current(): T {
    return this.view().current;
  }

  #viewFor(context: Context): Scopable<T, Input> {
    const around = this.view();
    const overrides = this.#overridesFor(context, around);
    return overrides === undefined ? around : around.with(overrides as Overrides<Input>);
  }

  #overridesFor(context: Context, around: Scopable<T, Input>): unknown {
    try {
      const overrides = this.#overrides(context, around);
      if (!isThenable(overrides)) return overrides;
      overrides.then(undefined, () => {});
      throw new TypeError('they must be given at once, not by a promise');
    } catch (cause) {
      if (isHoldfastError(cause)) throw cause;
      const text = `The overrides of a scope of config ${JSON.stringify(around.name)} failed: ${messageOf(cause)}`;
      throw new HoldfastError('LISTENER_FAILED', text, { cause });
    }
  }
}

/**
 * Makes a config ambient: `scope.run({ tenant }, () => handle(request))`, and wherever that leads `scope.current` is the
 * config of that tenant. Needs a runtime with `AsyncLocalStorage`: Node, Bun, Deno, workers that are compatible with Node.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, also where the runtime has none.
 */
export function createScope<T, Input, Context = Overrides<Input>>(
  config: Scopable<T, Input>,
  options: ScopeOptions<NoInfer<T>, NoInfer<Input>, Context> = {},
): ConfigScope<T, Input, Context> {
  const check: OptionCheck = new OptionCheck('createScope()');
  check.methods('config', config, ['with']);
  check.object('options', options, ['overrides']);
  const { overrides } = options;
  if (overrides !== undefined) check.callable('overrides', overrides);
  return new ConfigScope(config, options);
}

function checkWork(method: string, work: unknown): void {
  const check: OptionCheck = new OptionCheck(`${method}() of a scope`);
  check.callable('work', work);
}

/** Without an import, so that it can be bundled for whatever runtime. */
function findAsyncLocalStorage(): AsyncStorageClass {
  const { process, AsyncLocalStorage } = globalThis as {
    process?: {
      getBuiltinModule?(id: string): { AsyncLocalStorage?: AsyncStorageClass } | undefined;
    };
    AsyncLocalStorage?: AsyncStorageClass;
  };
  const found =
    process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage ?? AsyncLocalStorage;
  if (found) return found;
  throw new HoldfastError(
    'INVALID_OPTIONS',
    'Cannot use createScope() here: this runtime has no AsyncLocalStorage',
  );
}
