import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';

const { CONFIG_URL = '', CONFIG_MAX_AGE_MS = '30000' } = process.env;

interface AppConfig {
  readonly greeting: string;
}

// made once for each instance, and kept from request to request
const manager = createConfigManager();
const app = manager.register<AppConfig>('app', {
  loader: httpLoader({ url: CONFIG_URL }),
  defaults: { greeting: 'Welcome' }, // for an instance that starts while the source is down
  lazy: true, // the first request asks for it, not the import of this file
  polling: { deadlineMs: 1_000 }, // a request waits for the source no longer than this
});
app.pause(); // a frozen process polls nothing: the requests ask instead

/** What the platform calls for each request. */
export async function handler(name: string): Promise<string> {
  await app.refresh({ ifOlderThanMs: Number(CONFIG_MAX_AGE_MS) });
  return `${app.current.greeting}, ${name}!`;
}
