import { createHmac } from 'node:crypto';

/** A secret of the tests, as Standard Webhooks writes one. */
export const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
/** Another one. */
export const OTHER_SECRET = `whsec_${Buffer.from('fedcba9876543210fedcba9876543210').toString('base64')}`;

/** A message before it is signed. */
export interface Message {
  readonly id?: string;
  /** Seconds since 1970, as written. */
  readonly timestamp: number | string;
  readonly body?: string;
  readonly secret?: string;
  /** In the place of its signature. */
  readonly signature?: string;
  readonly url?: string;
  readonly method?: string;
}

/** The signature of a message, by node:crypto: not by what is tested. */
export function sign({ id = 'msg_1', timestamp, body = '', secret = SECRET }: Message): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
  return `v1,${mac.digest('base64')}`;
}

/** A request with a signature. */
export function signed(message: Message): Request {
  const { id = 'msg_1', timestamp, body = '', url = 'http://127.0.0.1/hooks/app' } = message;
  const { signature = sign(message), method = 'POST' } = message;
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  return new Request(url, { method, headers, ...(method === 'POST' && { body }) });
}
