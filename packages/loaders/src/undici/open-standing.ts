import type { LoadRequest } from '@holdfast/core';
import { type Connection, openConnection } from './connection.ts';
import type { HttpPolicy } from './options.ts';
import { tlsMaterial } from './tls-material.ts';

/** Opens a connection that stays open: it holds no process, and ends with `destroy()`. */
export async function openStanding(
  policy: HttpPolicy,
  { limits, signal }: Pick<LoadRequest, 'limits' | 'signal'>,
): Promise<Connection> {
  const standing = { maxMessageBytes: limits.maxWireBytes };
  return openConnection({ ...policy, standing }, await tlsMaterial(policy, signal));
}
