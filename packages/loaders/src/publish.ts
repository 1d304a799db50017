import { HttpPublisher } from './publish/http-publisher.ts';
import { type HttpPublisherOptions, resolvePublisher } from './publish/options.ts';
import type { Publisher } from './publish/publisher.ts';

export type { HeaderValue } from './http/request-headers.ts';
export type { PublishCondition } from './publish/condition.ts';
export type { HttpPublisherOptions } from './publish/options.ts';
export type { Current, CurrentBytes, Published, Publisher } from './publish/publisher.ts';
export { PublishError } from './publish/publish-error.ts';

/**
 * Publishes over HTTP, with PUT and PATCH, always under a condition: nobody overwrites what they have not seen.
 * Redirects are never followed.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`, naming the option and never a secret.
 */
export function httpPublisher(options: HttpPublisherOptions): Publisher {
  const publisher = new HttpPublisher(resolvePublisher(options));
  return {
    publish: (document, condition) => publisher.put(document, condition),
    patch: (patch, condition) => publisher.patch(patch, condition),
    read: () => publisher.read(),
    readBytes: () => publisher.readBytes(),
    close: () => publisher.close(),
  };
}
