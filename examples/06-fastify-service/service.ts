import type { Writable } from 'node:stream';
import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import Fastify from 'fastify';
import { z } from 'zod';
import { Pool } from './pool.ts';

const schema = z.object({
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  pool: z.object({ size: z.int().min(1).max(100) }),
});

/** A server that follows its config; closing it ends the polls, too. */
export async function buildService(configUrl: string, logStream: Writable) {
  const manager = createConfigManager();
  const config = manager.register('service', {
    loader: httpLoader({ url: configUrl }),
    schema,
    defaults: { logLevel: 'info', pool: { size: 4 } }, // to start with while the source is down
    polling: { intervalMs: 200 }, // so that the story is short; the default is a minute
  });
  await config.ready();

  const fastify = Fastify({ logger: { level: config.current.logLevel, stream: logStream } });
  const pool = new Pool(config.current.pool.size);

  config.select('pool.size').onChange((size) => pool.resize(size));
  config.select('logLevel').onChange((level) => {
    fastify.log.level = level;
  });

  fastify.get('/', () => pool.query('select 1'));
  fastify.get('/health', () => ({ logLevel: fastify.log.level, poolSize: pool.size }));
  fastify.addHook('onClose', () => manager.close());
  return { fastify, config };
}
