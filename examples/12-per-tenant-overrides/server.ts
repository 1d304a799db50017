// Stands in for wherever your configuration is served from.
import { configServer } from '@holdfast/testing/config-server';

const document = {
  greeting: 'Hello',
  search: { limit: 10, engine: 'fast' },
  tenants: {
    acme: { search: { limit: 100 } },
    bolt: { greeting: 'Hi', search: { engine: 'exact' } },
  },
};

const server = await configServer({ documents: { '/app.json': document }, unref: true });

export const url = server.url('/app.json');

/** Everybody is greeted in another way from now on. */
export function greetWith(greeting: string): void {
  server.set('/app.json', { ...document, greeting });
}
