import { LoadError } from '@holdfast/core';
import { kindOf } from '@holdfast/core/options';
import { printable } from '../internal/printable.ts';
import { codeOf } from '../internal/system-error.ts';
import { untilAborted } from '../internal/until-aborted.ts';

/** In PEM; or a function that is asked before each load, such as one that reads a file. */
export type PemValue = string | (() => string | Promise<string>);

/**
 * Certificates. When a function gives another value than for the last load, the next request takes a new connection: so
 * files that are rotated count from the next poll on.
 */
export interface HttpTlsOptions {
  /** The authorities to trust, in the place of the platform's. @default {the platform's} */
  readonly ca?: PemValue | undefined;
  /** The client's own certificate, with `key`. @default {none} */
  readonly cert?: PemValue | undefined;
  /** Key of the certificate. @default {none} */
  readonly key?: PemValue | undefined;
}

/** Whose certificates they are. */
interface TlsPolicy {
  readonly name: string;
  readonly tls: HttpTlsOptions | undefined;
}

/** Certificates as they are for one load. */
export type TlsMaterial = { readonly [name in keyof HttpTlsOptions]: string };

/** Whether they have to be asked for before each load. */
export function asksForTls({ tls }: TlsPolicy): boolean {
  return tls !== undefined && Object.values(tls).some((value) => typeof value === 'function');
}

/**
 * The certificates of one load.
 *
 * @throws {LoadError} `retry: 'backoff'` when a function failed, since a file that is rotated may be gone for a moment;
 * never tells what it threw. Rejects with the signal's reason when that aborts.
 */
export async function tlsMaterial(
  { name, tls = {} }: TlsPolicy,
  signal: AbortSignal,
): Promise<TlsMaterial> {
  const pairs = Object.entries(tls).filter(([, value]) => value !== undefined);
  const asked = pairs.map(async ([part, value]) => [part, await ask(value, `tls.${part}`, name)]);
  return Object.fromEntries(await untilAborted(Promise.all(asked), signal)) as TlsMaterial;
}

/** Whether a connection with the one is as good as with the other. */
export function sameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  return a.ca === b.ca && a.cert === b.cert && a.key === b.key;
}

/** @throws {LoadError} saying why a connection cannot be made with them; tells nothing that is in them. */
export async function checkTlsMaterial(material: TlsMaterial, name: string): Promise<void> {
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext(material);
  } catch (error) {
    const why = printable(codeOf(error) ?? 'they are no PEM');
    throw tlsError(`Cannot load ${name}: its certificates cannot be used (${why})`);
  }
}

/** Whether it looks like PEM; an empty file does not. */
export function isPem(value: unknown): value is string {
  return typeof value === 'string' && value.includes('-----BEGIN ');
}

async function ask(value: PemValue, option: string, name: string): Promise<string> {
  if (typeof value === 'string') return value;
  const fail = (what: string): LoadError => tlsError(`Cannot load ${name}: "${option}" ${what}`);
  let given: unknown;
  try {
    given = await value();
  } catch (error) {
    const kind = error instanceof Error ? error.name : kindOf(error);
    throw fail(`failed with ${printable(`${kind} ${codeOf(error) ?? ''}`.trim())}`);
  }
  if (!isPem(given)) throw fail(`gave ${kindOf(given)}, no text in PEM`);
  return given;
}

function tlsError(message: string): LoadError {
  return new LoadError(message, { failure: 'tls', retry: 'backoff' });
}
