import { Delay, HoldfastError, isHoldfastError, isLoadError, LoadError } from '../lazy-base.ts';
import { loadPRetry } from '../libraries.ts';
import type { Loader, LoadResult } from '../ports/loader.ts';
import type { Breaker } from './breaker.ts';
import { enterBreaker, leaveBreaker } from './breakers.ts';
import type { ManagerContext } from './context.ts';
import { foreignWords } from './foreign-words.ts';
import type { LoadAnswer, LoadTask, Skipped } from './load-task.ts';
import type { Lent } from './signals.ts';
import { titleOf } from './title.ts';

/** One load under a signal that the engine races: a loader that ignores it cannot hold the loop. */
export class Load {
  readonly #context: ManagerContext;
  readonly #lent: Lent;
  readonly #task: LoadTask;
  #give: ((answer: LoadAnswer) => void) | undefined;
  /** A breaker let it through to probe the origin. */
  #probeOf: Breaker | undefined;

  constructor(context: ManagerContext, task: LoadTask) {
    this.#context = context;
    this.#lent = context.pools!.signals.take();
    this.#task = task;
  }

  /** Never rejects; never settles when it was aborted. */
  run(): Promise<LoadAnswer | Skipped> {
    return new Promise((resolve) => {
      this.#give = resolve;
      const admitted = enterBreaker(this.#context, this.#task);
      if (admitted?.kind === 'skipped') return this.#skip(admitted, resolve);
      this.#probeOf = admitted;
      // who heard of the breaker may have closed the config: its probe is over
      if (this.#give === undefined)
        return this.#leave(failed(new HoldfastError('CLOSED', 'closed')));
      this.#once().then(
        (result) => this.#answered(result),
        (thrown: unknown) => this.#failed(thrown),
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
    this.#context.pools!.signals.giveBack(this.#lent);
    this.#leave(answer);
    give(answer);
  }

  #skip(skipped: Skipped, resolve: (answer: Skipped) => void): void {
    this.#give = undefined;
    this.#context.pools!.signals.giveBack(this.#lent);
    resolve(skipped);
  }

  #leave(answer: LoadAnswer): void {
    leaveBreaker(this.#context, this.#task, { answer, probeOf: this.#probeOf });
  }

  #once(): Promise<LoadResult> {
    const { source, limits, known, held } = this.#task;
    const { signal } = this.#lent.controller;
    try {
      const { time } = this.#context;
      const { deadlineMs } = source.polling;
      // in plain JavaScript it may give no promise
      const asked = source.loader;
      const request = { signal, time, limits, known, held, deadlineMs, asked };
      return Promise.resolve(asked.load(request));
    } catch (thrown) {
      // oxlint-disable-next-line prefer-promise-reject-errors -- whatever it is, it is told apart in one place
      return Promise.reject(thrown);
    }
  }

  #answered(result: LoadResult): void {
    const { signal } = this.#lent.controller;
    // too late, if only by the turn of a timer
    this.#end(signal.aborted ? failed(signal.reason as HoldfastError) : this.#check(result));
  }

  #failed(thrown: unknown): void {
    const { signal } = this.#lent.controller;
    if (signal.aborted) return this.#end(failed(reasonOf(signal, thrown)));
    const error = asLoadError(thrown, this.#task.source.loader);
    const mayTryAgain = this.#task.mayTryAgain && this.#probeOf === undefined;
    const again = isLoadError(error) && error.retry === 'now' && mayTryAgain;
    if (again && this.#give) void this.#secondTry(error).then((answer) => this.#end(answer));
    else this.#end(failed(error));
  }

  /** p-retry is entered only here: around every poll it would cost more than the rest of an unchanged one. */
  async #secondTry(first: HoldfastError): Promise<LoadAnswer> {
    const task = this.#task;
    const attempt = (count: number): Promise<LoadResult> => {
      if (count === 1) return Promise.reject(first);
      task.onSecondTry();
      return this.#once().catch((thrown: unknown) => {
        throw asLoadError(thrown, task.source.loader);
      });
    };
    const { signal } = this.#lent.controller;
    try {
      const pRetry = await loadPRetry();
      const result = await pRetry(attempt, { retries: 1, minTimeout: 0, signal });
      return this.#check(result);
    } catch (thrown) {
      return failed(asLoadError(thrown, task.source.loader));
    }
  }

  #check(result: LoadResult): LoadAnswer {
    if (result?.kind !== 'absent') this.#warn(result?.hints?.warning);
    if (result?.kind === 'loaded') return result;
    if (result?.kind === 'unchanged' && this.#task.known !== undefined) return result;
    if (result?.kind === 'absent' && this.#task.mayBeAbsent) return { kind: 'absent' };
    return failed(noDocument(result, titleOf(this.#task.source.loader)));
  }

  #warn(message: string | undefined): void {
    if (message === undefined) return;
    const { config, source } = this.#task;
    const details = { source: source.name, message };
    this.#context.events.emit('config.warned', config, () => details);
  }
}

/** It obeyed: the reason is ours, whatever it made of it; but how far it came, it may add. */
function reasonOf(signal: AbortSignal, thrown: unknown): HoldfastError {
  const reason = signal.reason as HoldfastError;
  return isLoadError(thrown) && thrown.message.startsWith(`${reason.message}; `) ? thrown : reason;
}

/** @param answer In plain JavaScript it may be anything. */
function noDocument(answer: LoadResult | undefined, title: string): LoadError {
  if (answer?.kind === 'unchanged') {
    const what = 'it says "unchanged" about a document that nobody holds';
    return new LoadError(`Cannot load ${title}: ${what}`);
  }
  if (answer?.kind === 'absent') {
    const { status, missing = 'there is no such document' } = answer;
    const what = `${missing}${statusOf(answer)}`;
    return new LoadError(`Cannot load ${title}: ${what}`, {
      retry: 'slow',
      failure: 'absent',
      status,
    });
  }
  return new LoadError(`Cannot load ${title}: its load() gave no LoadResult`);
}

function statusOf({ status }: { readonly status?: number | undefined }): string {
  return status === undefined ? '' : ` (status ${status})`;
}

function failed(error: HoldfastError): LoadAnswer {
  return { kind: 'failed', error };
}

/** The one place where what loaders throw becomes an error of ours. */
function asLoadError(thrown: unknown, loader: Loader): HoldfastError {
  if (isHoldfastError(thrown)) return thrown;
  return new LoadError(`Cannot load ${titleOf(loader)}: ${foreignWords(thrown)}`, {
    cause: thrown,
  });
}
