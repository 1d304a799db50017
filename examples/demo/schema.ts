import { z } from 'zod';

/** What the application wants to be told from outside. */
export const schema = z.object({
  logLevel: z.enum(['debug', 'info', 'warn']).default('info'),
  pool: z.object({ size: z.int().positive() }),
  rateLimit: z.int().positive(),
  features: z.record(z.string(), z.boolean()),
});

/** A document that the schema takes. */
export type AppDocument = z.input<typeof schema>;

/** What the schema makes of it. */
export type AppConfig = z.output<typeof schema>;
