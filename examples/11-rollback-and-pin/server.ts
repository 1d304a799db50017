// Stands in for wherever your configuration is served from.
import { configServer } from '@holdfast/testing/config-server';

const server = await configServer({
  documents: { '/shop.json': { banner: 'Welcome', discount: 5 } },
  unref: true,
});

export const url = server.url('/shop.json');

/** Serves another document from now on. */
export function publish(document: unknown): void {
  server.set('/shop.json', document);
}
