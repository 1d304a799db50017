import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { serverSentEvents } from '@holdfast/loaders/sse';
import { startServer } from './server.ts';

interface AppConfig {
  readonly greeting: string;
}

const server = await startServer({ greeting: 'Hello' });

const manager = createConfigManager();
const app = manager.register<AppConfig>('app', {
  loader: serverSentEvents(httpLoader({ url: server.url }), { url: server.eventsUrl }),
  polling: { minIntervalMs: 100 }, // reads follow events this closely; the default is 10 s
});

await app.ready();
await server.watched();
console.log(`Read: ${app.current.greeting}`);

const changes = app.changes();
server.publish({ greeting: 'Hello again' }); // the next poll is minutes away: an event brings it
await changes.next();
console.log(`Heard of: ${app.current.greeting}`);

server.cut(); // the stream breaks off within an event
server.edit({ greeting: 'Hello, whoever was away' }); // and nobody is told of this
await changes.next();
console.log(`Found when the stream stood again: ${app.current.greeting}`);

await manager.close();
await server.close();
