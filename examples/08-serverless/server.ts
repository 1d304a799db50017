// Stands in for wherever your configuration is served from.
import { configServer } from '@holdfast/testing/config-server';

const server = await configServer({
  documents: { '/app.json': { greeting: 'Hello' } },
  keepAliveTimeoutMs: 500, // connections end while the function is frozen
  unref: true,
});

export const url = server.url('/app.json');

/** Serves another document from now on. */
export function publish(document: unknown): void {
  server.set('/app.json', document);
}

/** How often it was asked so far. */
export function requestCount(): number {
  return server.requests.length;
}
