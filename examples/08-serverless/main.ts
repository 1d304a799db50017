import { setTimeout as sleep } from 'node:timers/promises';
import { Platform } from './platform.ts';
import { publish, requestCount, url } from './server.ts';

const MAX_AGE_MS = 2_000;

const platform = new Platform({ CONFIG_URL: url, CONFIG_MAX_AGE_MS: String(MAX_AGE_MS) });

async function request(why: string, name: string): Promise<void> {
  const before = requestCount();
  const answer = await platform.invoke(name);
  console.log(`${why}: ${answer} (requests to the config server: ${requestCount() - before})`);
}

await request('A cold start', 'Ann');
await request('At once again', 'Bob');

publish({ greeting: 'Good evening' });
await sleep(MAX_AGE_MS); // the instance is frozen meanwhile: nothing runs in it
await request('After a while on ice', 'Cleo');

await platform.close();
