import type { LoadError } from '@holdfast/core';
import { type TransportFault, transportError } from '../http/transport-error.ts';

/** Browsers tell scripts nothing of a network that is not theirs to see. */
const UNTOLD = 'the platform tells no more: network, name, certificate, CORS or a blocked request';

/** What Node says of the ports that the standard of `fetch` blocks. */
const BLOCKED = 'bad port';

/**
 * Wraps what `fetch` or a body failed with. Messages of platforms are not quoted: some hold the whole URL (Deno).
 * Node keeps the reason in `cause`.
 */
export function fetchError(error: unknown, fault: TransportFault): LoadError {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const blocked = reason instanceof Error && reason.message === BLOCKED;
  return transportError(reason, { ...fault, untold: blocked ? 'fetch asks no such port' : UNTOLD });
}
