// Stands in for wherever your configuration is served from, and for what sends its webhooks.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { configServer as start } from '@holdfast/testing/config-server';

const PATH = '/app.json';

/** Starts it; each document that is published comes with the request that tells of it. */
export async function configServer(first: unknown) {
  const server = await start({ documents: { [PATH]: first }, unref: true });
  const key = randomBytes(32);
  return {
    url: server.url(PATH),
    secret: `whsec_${key.toString('base64')}`,
    publish(document: unknown): Request {
      server.set(PATH, document);
      const id = randomUUID();
      const timestamp = Math.floor(Date.now() / 1_000);
      const body = JSON.stringify({ config_name: 'app' });
      const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': `v1,${mac.digest('base64')}`,
      };
      return new Request('http://127.0.0.1/hooks/app', { method: 'POST', headers, body });
    },
  };
}
