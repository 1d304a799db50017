// Stands in for those who have the private key, and for the server that their documents lie on.
import { generateKeyPairSync, sign } from 'node:crypto';
import { configServer } from '@holdfast/testing/config-server';

const pair = generateKeyPairSync('ed25519');
const server = await configServer({ unref: true });
const signatures = new Map<string, Buffer>();

export const url = server.url('/payments.json');

/** What a service is given: it can verify, and cannot sign. */
export const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;

/** Signs a document and serves it; gives its text. */
export function publish(document: object): string {
  const text = JSON.stringify(document);
  signatures.set(text, sign(null, Buffer.from(text), pair.privateKey));
  put(text);
  return text;
}

/** Serves any text, with the signature that there is for it, if any: whoever has the server can do that. */
export function put(text: string): void {
  const signature = signatures.get(text) ?? [...signatures.values()].at(-1)!;
  server.set('/payments.json', text);
  server.set('/payments.json.sig', signature);
}
