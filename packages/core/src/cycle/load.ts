import type { HoldfastError } from '../errors.ts';
import { isHoldfastError, isLoadError, LoadError, messageOf } from '../errors.ts';
import { loadPRetry } from '../libraries.ts';
import type { SourcePolicy } from '../options/sources.ts';
import type { Limits } from '../ports/limits.ts';
import type { LoadResult, Validator } from '../ports/loader.ts';
import { Delay } from '../schedule/timers.ts';
import type { ManagerContext } from './context.ts';
import type { Lent } from './signals.ts';

/** What came of a load. Failures are values from here on. */
export type LoadAnswer =
  | Exclude<LoadResult, { kind: 'absent' }>
  | { readonly kind: 'failed'; readonly error: HoldfastError };

/** What one load needs to know. */
export interface LoadTask {
  readonly source: SourcePolicy;
  readonly limits: Limits;
  readonly known: Validator | undefined;
  /** Whether a connection that died before any byte of an answer may be tried once more: the last poll succeeded. */
  readonly mayTryAgain: boolean;
  /** Told before the second request, since it counts against the minimum interval. */
  onSecondTry(): void;
}

/** One load under a signal that the engine races: a loader that ignores it cannot hold the loop. */
export class Load {
  readonly #context: ManagerContext;
  readonly #lent: Lent;
  #give: ((answer: LoadAnswer) => void) | undefined;

  constructor(context: ManagerContext) {
    this.#context = context;
    this.#lent = context.signals.take();
  }

  /** Never rejects. */
  run(task: LoadTask): Promise<LoadAnswer> {
    return new Promise((resolve) => {
      this.#give = resolve;
      this.#once(task).then(
        (result) => this.#answered(result, task),
        (thrown: unknown) => this.#failed(thrown, task),
      );
    });
  }

  /**
   * Its time is over: the loader's signal aborts. A loader that obeys it ends the load by its own rejection, so that the
   * next one never begins beside it; one that does not has no more than the turn of a timer.
   */
  expire(error: HoldfastError): void {
    const { clock, scheduler } = this.#context;
    this.#lent.controller.abort(error);
    new Delay(scheduler, () => this.#end(failed(error))).start(clock.monotonic());
  }

  /** Ends it now: the loader's signal aborts, and whatever it answers later is ignored. */
  abort(error: HoldfastError): void {
    if (this.#give === undefined) return;
    this.#lent.controller.abort(error);
    this.#end({ kind: 'failed', error });
  }

  #end(answer: LoadAnswer): void {
    if (this.#give === undefined) return;
    const give = this.#give;
    this.#give = undefined;
    this.#context.signals.giveBack(this.#lent);
    give(answer);
  }

  #once({ source, limits, known }: LoadTask): Promise<LoadResult> {
    const { signal } = this.#lent.controller;
    try {
      const { time } = this.#context;
      // in plain JavaScript it may give no promise
      return Promise.resolve(source.loader.load({ signal, time, limits, known }));
    } catch (thrown) {
      // oxlint-disable-next-line prefer-promise-reject-errors -- whatever it is, it is told apart in one place
      return Promise.reject(thrown);
    }
  }

  #answered(result: LoadResult, task: LoadTask): void {
    const { signal } = this.#lent.controller;
    // too late, if only by the turn of a timer
    this.#end(signal.aborted ? failed(signal.reason as HoldfastError) : this.#check(result, task));
  }

  #failed(thrown: unknown, task: LoadTask): void {
    const { signal } = this.#lent.controller;
    // it obeyed: the reason is ours, whatever it made of it
    if (signal.aborted) return this.#end(failed(signal.reason as HoldfastError));
    const error = asLoadError(thrown, task.source.loader.name);
    const again = isLoadError(error) && error.retry === 'now' && task.mayTryAgain;
    if (again && this.#give) void this.#secondTry(error, task).then((answer) => this.#end(answer));
    else this.#end(failed(error));
  }

  /** p-retry is entered only here: around every poll it would cost more than the rest of an unchanged one. */
  async #secondTry(first: HoldfastError, task: LoadTask): Promise<LoadAnswer> {
    const attempt = (count: number): Promise<LoadResult> => {
      if (count === 1) return Promise.reject(first);
      task.onSecondTry();
      return this.#once(task).catch((thrown: unknown) => {
        throw asLoadError(thrown, task.source.loader.name);
      });
    };
    const { signal } = this.#lent.controller;
    try {
      const pRetry = await loadPRetry();
      const result = await pRetry(attempt, { retries: 1, minTimeout: 0, signal });
      return this.#check(result, task);
    } catch (thrown) {
      return failed(asLoadError(thrown, task.source.loader.name));
    }
  }

  #check(result: LoadResult, { source, known }: LoadTask): LoadAnswer {
    const { name } = source.loader;
    switch (result?.kind) {
      case 'loaded':
        return result;
      case 'unchanged':
        if (known !== undefined) return result;
        return failed(
          new LoadError(
            `Cannot load ${name}: it says "unchanged" about a document that nobody holds`,
          ),
        );
      case 'absent':
        return failed(
          new LoadError(`Cannot load ${name}: there is no such document${statusOf(result)}`, {
            retry: 'slow',
            failure: 'absent',
            status: result.status,
          }),
        );
      default:
        return failed(new LoadError(`Cannot load ${name}: its load() gave no LoadResult`));
    }
  }
}

function statusOf({ status }: { readonly status?: number | undefined }): string {
  return status === undefined ? '' : ` (status ${status})`;
}

function failed(error: HoldfastError): LoadAnswer {
  return { kind: 'failed', error };
}

/** The one place where what loaders throw becomes an error of ours. */
function asLoadError(thrown: unknown, name: string): HoldfastError {
  if (isHoldfastError(thrown)) return thrown;
  return new LoadError(`Cannot load ${name}: ${messageOf(thrown)}`, { cause: thrown });
}
