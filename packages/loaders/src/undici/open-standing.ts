import { type Connection, openConnection } from './connection.ts';
import type { HttpPolicy } from './options.ts';
import { tlsMaterial } from './tls-material.ts';

/** Opens a connection that stays open: it holds no process, and ends with `destroy()`. */
export async function openStanding(policy: HttpPolicy, signal: AbortSignal): Promise<Connection> {
  return openConnection(policy, await tlsMaterial(policy, signal), true);
}
