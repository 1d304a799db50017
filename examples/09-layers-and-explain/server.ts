// Stands in for wherever your configuration is served from.
import { configServer } from '@holdfast/testing/config-server';

const server = await configServer({
  documents: { '/app.json': { pool: { size: 8 }, search: { fast: true } } },
  unref: true,
});

export const url = server.url('/app.json');

/** From now on each request fails. */
export function goDown(): Promise<void> {
  return server.fault('refuse');
}
