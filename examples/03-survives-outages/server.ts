// Stands in for wherever your configuration is served from, with a switch for the outage.
import { configServer } from '@holdfast/testing/config-server';

const server = await configServer({ documents: { '/app.json': { greeting: 'Hello' } } });

export const url = server.url('/app.json');

/** Serves another document from now on. */
export function publish(document: unknown): void {
  server.set('/app.json', document);
}

/** From now on nobody listens on its port. */
export async function goDown(): Promise<void> {
  await server.fault('refuse');
}

export async function comeBack(): Promise<void> {
  await server.heal();
}

export async function close(): Promise<void> {
  await server.close();
}
