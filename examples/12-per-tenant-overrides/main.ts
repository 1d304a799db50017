import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { app, config, manager } from './config.ts';
import { greetWith } from './server.ts';
import { Users } from './users.ts';

/** Deep in the application: it knows no request, no tenant, and no parameter for either. */
async function search(): Promise<string> {
  await setImmediate(); // the database
  const {
    greeting,
    search: { limit, engine },
  } = config.current;
  return `${greeting}! At most ${limit} results, the ${engine} way.`;
}

const server = createServer(({ headers }, response) => {
  void config.run(String(headers['x-tenant']), async () => response.end(await search()));
});

await app.ready();
await once(server.listen(0, '127.0.0.1'), 'listening');
const users = new Users(server, ['acme', 'bolt', 'carl']);

console.log(await users.askAll());
greetWith('Good evening');
await app.refresh();
console.log(await users.askAll());
console.log(`300 requests at the same time, ${await users.answersTo(300)} different answers.`);

server.close();
await manager.close();
