// Stands in for a config server that tells of changes by Server-Sent Events.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configServer } from '@holdfast/testing/config-server';

const PATH = '/app.json';

export async function startServer(first: unknown) {
  const documents = await configServer({ documents: { [PATH]: first } });
  const streams = new Set<ServerResponse>();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': welcome\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
    server.emit('stream');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const edit = (document: unknown): void => documents.set(PATH, document);
  return {
    url: documents.url(PATH),
    eventsUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    edit,
    /** Edits and tells. */
    publish(document: unknown): void {
      edit(document);
      for (const stream of streams) stream.write('event: changed\ndata: {}\n\n');
    },
    /** Ends every stream within an event. */
    cut(): void {
      for (const stream of streams) stream.write('event: chan', () => stream.destroy());
    },
    /** Somebody watches. */
    async watched(): Promise<void> {
      if (streams.size === 0) await once(server, 'stream');
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await documents.close();
    },
  };
}
