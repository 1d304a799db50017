import type { Loader } from '@holdfast/core';
import { OptionChecks } from '@holdfast/core/options';
import { around } from './internal/around.ts';
import { checkLoader } from './internal/check-loader.ts';
import { Pokes } from './push/pokes.ts';
import { watchedBy } from './push/watched-by.ts';
import { resolveWebhook, type WebhookOptions } from './webhook/options.ts';
import { Receiver } from './webhook/receiver.ts';
import { Routes } from './webhook/routes.ts';

export type { WebhookOptions } from './webhook/options.ts';
export type { RefusedWebhook } from './webhook/refusals.ts';

/** What receives webhooks, and the loaders that it pokes. */
export interface Webhook {
  /**
   * Answers a request, as fast as its signature can be checked: nobody waits for a poll. It rejects only when `request`
   * is none; whatever a sender does gets an answer of its own, and never a 500.
   *
   * @param route Name of a config, or `*` for all. Without it the last part of the path: `/hooks/app`.
   * @throws {HoldfastError} `INVALID_OPTIONS`
   */
  handle(request: Request, route?: string): Promise<Response>;
  /**
   * The loader of a config, with a watch that this webhook tells. A name may be given to several loaders.
   *
   * @throws {HoldfastError} `INVALID_OPTIONS`
   */
  watched(config: string, loader: Loader): Loader;
}

/**
 * Makes a receiver of webhooks that are signed as Standard Webhooks says: each one has a document read again, within the
 * minimum interval.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option and never a secret.
 */
export function webhook(options: WebhookOptions): Webhook {
  const policy = resolveWebhook(options);
  const routes = new Routes();
  const receiver = new Receiver(policy, routes);
  return {
    handle: (request, route) => receiver.handle(request, route),
    watched(config, loader) {
      const check: OptionChecks = new OptionChecks('watched() of webhook()', ['loader']);
      check.name('config', config);
      if (config === '*') throw check.fail('config', 'the name of one config', config);
      checkLoader(check, 'loader', loader);
      const pokes = new Pokes();
      routes.add(config, pokes);
      const made = watchedBy(loader, {
        watch: (request) => {
          routes.add(config, pokes);
          return pokes.watch(request);
        },
        close: () => pokes.close(),
      });
      return around(made, {
        async close() {
          await made.close?.();
          if (pokes.idle) routes.delete(config, pokes);
        },
      });
    },
  };
}
