import { subscribe } from 'node:diagnostics_channel';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { ConfigHandle, ConfigManager, HoldfastEvent, Logger, Outcome } from '@holdfast/core';
import { isSecret } from '@holdfast/core';
import { toCloudEvent } from '@holdfast/core/cloud-events';
import { observeMetrics } from '@holdfast/core/metrics';
import { secret } from '@holdfast/core/zod';
import { fileCache } from '@holdfast/loaders/file-cache';
import { createTestManager, mockLoader, recordEvents } from '@holdfast/testing';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { z } from 'zod';
import { soon, sceneClock } from './scene.fixture.ts';

/** The secrets in force one after the other; so long that no text holds one by chance. */
export const PLANTED = ['hunter2-hunter2-hunter2', 'swordfish-swordfish', 'xyzzy-xyzzy-xyzzy'];

/** Every form in which a secret could be met. */
export const FORMS: readonly string[] = PLANTED.flatMap((text) => [
  text,
  Buffer.from(text).toString('base64'),
  Buffer.from(text).toString('hex'),
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
  text.toUpperCase(),
]);

const doc = (password: string, size = 4) => ({
  db: { password, host: 'db.test' },
  users: [{ name: 'ann', pin: password }],
  pool: { size },
});

/** The value, as far as this file looks at it. */
interface Value {
  readonly db: { readonly password: unknown };
}

const schema = z
  .object({
    db: z.object({ password: secret(z.string()), host: z.string() }),
    users: z.array(z.object({ name: z.string(), pin: secret(z.string()) })),
    pool: z.object({ size: z.int() }),
  })
  .superRefine((value, context) => {
    if (value.pool.size >= 0) return;
    const text = value.db.password.reveal();
    for (const path of [['db', 'password'], ['pool', 'size'], []])
      context.addIssue({ code: 'custom', path, message: `bad beside ${text}: ${text.slice(3)}` });
  });

/** How the secrets are told to Holdfast. */
export const WAYS: Readonly<Record<'schema' | 'paths', object>> = {
  schema: { schema },
  paths: {
    secrets: ['db.password', 'users.*.pin'],
    schema: z.looseObject({ pool: z.object({ size: z.int() }) }).superRefine((value, context) => {
      if (value.pool.size >= 0) return;
      const { password } = value['db'] as { password: string };
      for (const path of [['db', 'password'], ['pool', 'size'], []])
        context.addIssue({ code: 'custom', path, message: `bad beside ${password}` });
    }),
  },
};

/** Everything there is to see of anything, causes, stacks and hidden properties too. */
export function shown(...things: unknown[]): string {
  const options = { depth: Infinity, showHidden: true, maxStringLength: null, getters: true };
  return `${inspect(things, options)}\n${JSON.stringify(things)}\n${things.map(String).join('\n')}`;
}

/** What was seen of a config with secrets that went through everything. */
export interface Planted {
  readonly app: ConfigHandle<Value>;
  readonly events: readonly HoldfastEvent[];
  readonly diagnosed: readonly unknown[];
  /** Lines of a logger that writes its fields as JSON, as pino does. */
  readonly lines: readonly string[];
  /** What listeners of the handle, of a path and of functions were told. */
  readonly told: readonly { readonly changes: unknown }[];
  readonly outcomes: readonly Outcome[];
  readonly errors: readonly unknown[];
  /** Of the cache's folder, while it had been written. */
  readonly disk: string;
  readonly fingerprint: string;
  readonly summary: unknown;
  readonly clouds: readonly unknown[];
  /** What operators are shown. */
  readonly operated: readonly unknown[];
  readonly audited: readonly unknown[];
  readonly metrics: unknown;
}

const CHANNELS = ['config.changed', 'document.refused', 'poll.finished', 'listener.failed'];

/** Plants a secret, changes it, has it refused, has listeners throw it, and closes; says what there was to see. */
export async function plant(directory: string, way: object): Promise<Planted> {
  const clock = sceneClock();
  const lines: string[] = [];
  const write = (line: string, fields: unknown) =>
    void lines.push(`${line} ${JSON.stringify(fields)} ${inspect(fields, { depth: Infinity })}`);
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  const cacheKeys = [{ id: 'k', key: new Uint8Array(32).fill(1) }];
  const cache = fileCache({ directory, clock });
  const { manager } = createTestManager({ clock, cache, cacheKeys, logger });
  const exporter = new PrometheusExporter({ preventServerStart: true });
  observeMetrics(manager, { meterProvider: new MeterProvider({ readers: [exporter] }) });
  const { events } = recordEvents(manager);
  const diagnosed: unknown[] = [];
  for (const channel of CHANNELS)
    subscribe(`holdfast:${channel}`, (message) => void diagnosed.push(message));
  const loader = mockLoader({ value: doc(PLANTED[0]!) });
  const app = manager.register('app', {
    loader,
    ...way,
  } as never) as unknown as ConfigHandle<Value>;
  const told = listenTo(app);
  const outcomes: Outcome[] = [];
  const steps = [doc(PLANTED[1]!), doc(PLANTED[2]!, -1), doc(PLANTED[2]!, 5), '{"db":{"password":'];
  await clock.advance(1);
  for (const step of steps) {
    loader.next(typeof step === 'string' ? utf8(`${step}"${PLANTED[0]!}`) : step);
    outcomes.push(await soon(clock, app.refresh()));
  }
  const operated = await operate(app, manager);
  const audited = await manager.audit.list({ limit: 100 });
  const metrics = (await exporter.collect()).resourceMetrics;
  const fingerprint = await app.fingerprint();
  const summary = manager.summary();
  const errors = await errorsOf(way);
  await manager.close();
  const clouds = events.map((event) => toCloudEvent(event, 'urn:test'));
  const disk = await onDisk(directory);
  return {
    app,
    events,
    diagnosed,
    lines,
    told,
    outcomes,
    errors,
    disk,
    fingerprint,
    summary,
    clouds,
    operated,
    audited,
    metrics,
  };
}

function listenTo(app: ConfigHandle<Value>): { changes: unknown }[] {
  const told: { changes: unknown }[] = [];
  const keep = (_: unknown, details: { changes: unknown }) => void told.push(details);
  app.onChange(keep, { immediate: true });
  app.onChange(keep);
  app.select(['db']).onChange(keep);
  app.select(['db', 'password']).onChange(keep);
  app.select(({ db }) => ({ ...db })).onChange(keep);
  app.onChange(({ db }) => {
    // what an application throws is its own: but a Secret in it is none
    if (isSecret(db.password)) throw new Error(`cannot use ${String(db.password)}`);
  });
  return told;
}

/** Overrides a secret, and asks for all that there is to ask. */
async function operate(app: ConfigHandle<Value>, manager: ConfigManager): Promise<unknown[]> {
  const because = { by: 'ann', reason: 'rotation' };
  const patch = { db: { password: PLANTED[0]! } } as never;
  const dry = await app.override(patch, { ...because, dryRun: true });
  const handle = await app.override(patch, because);
  const asked = [[], ['db'], ['db', 'password']].map((path) => app.explain(path));
  const shownToThem = [dry, handle, await Promise.all(asked), await app.overrides()];
  await handle.clear();
  const taken = await app.snapshot({ description: 'as it is' });
  const past = [await app.versions(), await app.diff(1, 'current'), taken, await app.snapshots()];
  return [...shownToThem, await app.check(), ...past, await manager.exportState()];
}

/** What is thrown where no document was ever good. */
async function errorsOf(way: object): Promise<unknown[]> {
  const { manager, clock } = createTestManager();
  const loader = mockLoader({ value: doc(PLANTED[0]!, -1) });
  const app = manager.register('app', { loader, ...way } as never);
  const ready = app.ready({ timeoutMs: 1_000 }).catch((error: unknown) => error);
  await clock.advance(2_000);
  const errors = [await ready, app.status];
  try {
    void app.current;
  } catch (error) {
    errors.push(error);
  }
  await manager.close();
  return errors;
}

async function onDisk(directory: string): Promise<string> {
  const names = await readdir(directory);
  const texts = names.map((name) => readFile(join(directory, name), 'latin1'));
  return [...names, ...(await Promise.all(texts))].join('\n');
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
