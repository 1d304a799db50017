// Stands in for wherever your configuration is served from, and for an hour that takes no hour.
import { configServer } from '@holdfast/testing/config-server';

const server = await configServer({
  documents: { '/app.json': { logLevel: 'warn' } },
  unref: true,
});

export const url = server.url('/app.json');

/** As long as the example has time for. */
export const HOUR_MS = 300;
