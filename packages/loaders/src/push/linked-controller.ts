/** Aborts with a signal that outlives it, or by itself; either way it leaves no listener on that signal. */
export function linkedController(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', stop);
  controller.signal.addEventListener('abort', () => signal.removeEventListener('abort', stop), {
    once: true,
  });
  if (signal.aborted) stop();
  return controller;
}
