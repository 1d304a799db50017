/** One URL to read, taken apart once into what each poll needs. No part of it holds user-info. */
export interface Target {
  /** The whole URL, without user-info and fragment: it selects the document. May hold a secret in its query. */
  readonly href: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port, the port always written: for messages. */
  readonly hostPort: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** The URL without its query: fit to be shown and kept. */
  readonly shown: string;
  /** Binds a validator to the one resource that it is about: see `resourceId`, made when it is first asked. */
  id?: string | undefined;
}

/** Takes `url` apart. */
export function targetOf(url: URL): Target {
  const path = url.pathname + url.search;
  const href = url.origin + path;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return {
    href,
    origin: url.origin,
    hostPort: `${url.hostname}:${port}`,
    path,
    shown: url.origin + url.pathname,
  };
}

/** Whether nobody but this machine can listen on the way to `url`. */
export function isLoopback(url: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
}
