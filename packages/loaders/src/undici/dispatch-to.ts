import type { Dispatcher } from 'undici';
import type { Target } from '../http/target.ts';

/** A request, as undici is told of it. */
interface Request {
  readonly target: Target;
  /** Name and value by turns. */
  readonly headers: readonly string[];
  /** @default {a GET without a body} */
  readonly write?: { readonly method: string; readonly body: Uint8Array } | undefined;
}

/** Hands a request to undici, and what undici throws at once to its handler, as what fails later. */
export function dispatchTo(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  { target, headers, write }: Request,
  handler: Dispatcher.DispatchHandler & {
    onResponseError(controller: undefined, error: unknown): void;
  },
): void {
  try {
    dispatcher.dispatch(
      {
        origin: target.origin,
        path: target.path,
        method: write?.method ?? 'GET',
        ...(write && { body: write.body }),
        headers: headers as string[],
        // the time is for the caller's signal to say; two more timers would cost and could only disagree
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  } catch (error) {
    handler.onResponseError(undefined, error);
  }
}
