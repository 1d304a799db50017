import type { JsonValue } from '@holdfast/core';
import { jsonObject } from '../push/json-object.ts';

/** What a message brings, and to whom. */
export interface Delivery {
  /** Name of a config, or `*`. */
  readonly config: string;
  /** A whole document; without one the message only says that there is another. */
  readonly document?: JsonValue;
}

/** What a signed body means at this route, or why it means nothing. Without a body it is a poke. */
export function delivery(route: string, body: Uint8Array): Delivery | 'message' | 'name' {
  if (body.length === 0) return { config: route };
  const message = parsed(body);
  if (message === undefined) return 'message';
  const { config_name: named, config_data: document } = message;
  if (named !== undefined && typeof named !== 'string') return 'message';
  if (named !== undefined && route !== '*' && named !== route) return 'name';
  const config = named ?? route;
  if (document === undefined) return { config };
  // one document for all configs is nothing that anybody means
  if (config === '*') return 'message';
  return { config, document };
}

function parsed(body: Uint8Array): Readonly<Record<string, JsonValue>> | undefined {
  try {
    return jsonObject(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
