import { createConfigManager } from '@holdfast/core';
import { createScope } from '@holdfast/core/scope';
import { httpLoader } from '@holdfast/loaders/http';
import { z } from 'zod';
import { url } from './server.ts';

const search = z.object({ limit: z.int().min(1).max(500), engine: z.enum(['fast', 'exact']) });
const schema = z.object({
  greeting: z.string(),
  search,
  tenants: z.record(
    z.string(),
    z.object({ greeting: z.string(), search: search.partial() }).partial(),
  ),
});

export const manager = createConfigManager();
export const app = manager.register('app', { loader: httpLoader({ url }), schema });

/** Within a request, `config.current` is what the document says, with what it says of the tenant laid over it. */
export const config = createScope(app, {
  overrides: (tenant: string, { tenants }) => tenants[tenant],
});
