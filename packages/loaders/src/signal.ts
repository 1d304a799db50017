import type { Loader } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { checkLoader } from './internal/check-loader.ts';
import { watchedBy } from './push/watched-by.ts';
import { SignalWatch } from './signal/signal-watch.ts';

/** Options of {@link onSignal}. */
export interface SignalOptions {
  /** The signal. Those that end a process, or that Node keeps to itself, are not among them. @default {'SIGHUP'} */
  readonly signal?: 'SIGHUP' | 'SIGUSR2' | undefined;
}

/**
 * Has the document read again when the process gets a signal, as daemons do at `SIGHUP`. The handler is there from this
 * call on, until the config is closed: before and afterwards the signal does what it always did, which for `SIGHUP` is to
 * end the process. So register the loader: one that is not, and is held, keeps its handler.
 *
 * On Windows, which ends a process at these signals whatever it does, the loader stays as it was, and a warning tells.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function onSignal(loader: Loader, options: SignalOptions = {}): Loader {
  const check: OptionChecks = new OptionChecks('onSignal()', ['loader']);
  checkLoader(check, 'loader', loader);
  check.object('options', options, ['signal'] satisfies (keyof SignalOptions)[]);
  const { signal = 'SIGHUP' } = options;
  check.oneOf('signal', signal, ['SIGHUP', 'SIGUSR2']);
  if (process.platform === 'win32')
    return watchedBy(loader, { warnings: [`Windows has no ${signal}: nobody is told by it`] });
  const watch = new SignalWatch(signal);
  return watchedBy(loader, {
    watch: (request) => watch.watch(request),
    close: () => watch.close(),
  });
}
