// Stands in for wherever your configuration is served from.
import { configServer } from '@holdfast/testing/config-server';

const server = await configServer({
  documents: { '/service.json': { pool: { size: 4 } } },
  unref: true,
});

export const url = server.url('/service.json');

/** Serves another document from now on. */
export function publish(document: unknown): void {
  server.set('/service.json', document);
}
