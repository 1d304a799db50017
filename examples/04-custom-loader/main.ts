import { createConfigManager } from '@holdfast/core';
import { Database } from './database.ts';
import { databaseLoader } from './database-loader.ts';

interface AppConfig {
  readonly greeting: string;
}

const database = new Database();
database.write('app', { greeting: 'Hello' });

const manager = createConfigManager();
const app = manager.register<AppConfig>('app', {
  loader: databaseLoader(database, 'app'),
  polling: { minIntervalMs: 100 }, // reads follow the notices of the database this closely; the default is 10 s
});

await app.ready();
console.log(`Read: ${app.current.greeting}`);

const changes = app.changes();
database.write('app', { greeting: 'Hello again' }); // the next poll is a minute away: a notice brings it
for await (const { value } of changes) {
  console.log(`Heard of: ${value.greeting}`);
  break;
}

await manager.close();
