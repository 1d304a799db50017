import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Ended, runExample } from './start.fixture.ts';

/** Long beside what any of them takes. */
const TIME = 60_000;

/** Ports differ from run to run. */
async function linesOf(name: string): Promise<string[]> {
  const { code, stdout, stderr }: Ended = await runExample(name);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .replaceAll(/127\.0\.0\.1:\d+/g, 'config-server')
    .trimEnd()
    .split('\n');
}

test.concurrent(
  '01-quick-start reads a document and follows its change',
  async () => {
    expect(await linesOf('01-quick-start')).toEqual([
      'Hello! The pool has 8 workers.',
      'The pool is resized from 8 to 16 workers.',
    ]);
  },
  TIME,
);

test.concurrent(
  '02-typed-and-validated refuses each document that does not fit, and takes the one that does',
  async () => {
    const refused = 'Refused: The document of http config-server/app.json';
    expect(await linesOf('02-typed-and-validated')).toEqual([
      'At first: log level info, 8 workers',
      '',
      `${refused} does not fit the schema: pool.size: Too big: expected number to be <=64`,
      'In force: log level info, 8 workers',
      '',
      `${refused} does not fit the schema: pool.size: Invalid input: expected number, received string`,
      'In force: log level info, 8 workers',
      '',
      `${refused} is not valid JSON at line 1, column 25: expected a comma or }; the text ends here`,
      'In force: log level info, 8 workers',
      '',
      'The document was accepted.',
      'In force: log level debug, 16 workers',
      'Search is on.',
    ]);
  },
  TIME,
);

test.concurrent(
  '03-survives-outages serves through an outage and a restart, and heals by itself',
  async () => {
    expect(await linesOf('03-survives-outages')).toEqual([
      '  starting → fresh',
      'Started from the origin: Hello',
      '',
      'The server goes down: what was served is served on.',
      '  fresh → stale',
      'Still served: Hello',
      '',
      'The application restarts while the server is down: it starts from its disk.',
      '  stale → closed',
      '  starting → stale',
      'Started from the cache: Hello',
      '',
      'The server comes back with another document: a poll finds it.',
      '  stale → fresh',
      'Served now: Hello again',
      '  fresh → closed',
    ]);
  },
  TIME,
);

test.concurrent(
  '04-custom-loader reads from its database and hears of a change',
  async () => {
    expect(await linesOf('04-custom-loader')).toEqual(['Read: Hello', 'Heard of: Hello again']);
  },
  TIME,
);

test.concurrent(
  '05-testing-your-app passes its tests',
  async () => {
    const lines = await linesOf('05-testing-your-app');
    expect(lines.map((line) => line.trim())).toContain('Tests  4 passed (4)');
  },
  TIME,
);

test.concurrent(
  '06-fastify-service takes another log level and pool size under load, and loses no request',
  async () => {
    const lines = await linesOf('06-fastify-service');
    expect(lines.slice(0, 2)).toEqual([
      '{"logLevel":"warn","poolSize":2} log lines: none',
      '{"logLevel":"info","poolSize":16} log lines: yes',
    ]);
    // this status alone, a thousand times and more
    expect(lines.slice(2)).toEqual([
      expect.stringMatching(/^All requests by status: \{ '200': \d{4,} \}$/),
    ]);
  },
  TIME,
);

test.concurrent(
  '08-serverless asks the source once for each period, however long it was frozen',
  async () => {
    expect(await linesOf('08-serverless')).toEqual([
      'A cold start: Hello, Ann! (requests to the config server: 1)',
      'At once again: Hello, Bob! (requests to the config server: 0)',
      'After a while on ice: Good evening, Cleo! (requests to the config server: 1)',
    ]);
  },
  TIME,
);

test.concurrent(
  '09-layers-and-explain says who gave a value, also when a layer is down',
  async () => {
    expect(await linesOf('09-layers-and-explain')).toEqual([
      '{"region":"eu","logLevel":"warn","pool":{"size":8,"hosts":["db-1","db-2"]},"search":{"fast":true}}',
      'region is "eu", by defaults (defaults: "eu")',
      'logLevel is "warn", by environment (environment: "warn", file: "info")',
      'pool.size is 8, by remote (remote: 8, file: 4)',
      'pool.hosts is ["db-1","db-2"], by file (file: ["db-1","db-2"])',
      '',
      'The config server goes down: its layer keeps its place.',
      'pool.size is 8, by remote (remote: 8, file: 4)',
      '  file: fresh, origin',
      '  remote: stale, origin',
      '  environment: fresh, origin',
    ]);
  },
  TIME,
);

test.concurrent(
  '10-two-phase-apply puts nothing in force that the pool or a rule refuses',
  async () => {
    expect(await linesOf('10-two-phase-apply')).toEqual([
      'Published: 6',
      '  everybody hears of 6',
      '  accepted',
      '  in force: 6, open: 6',
      'Published: 7',
      '  refused: The document of http config-server/app.json is refused by the rule of pool.size: our hosts come in pairs',
      '  in force: 6, open: 6',
      'Published: 16',
      '  vetoed: Participant "database pool" failed (apply): the database has room for 10 connections',
      '  in force: 6, open: 6',
      'Published: 10',
      '  everybody hears of 10',
      '  accepted',
      '  in force: 10, open: 10',
    ]);
  },
  TIME,
);

test.concurrent(
  '12-per-tenant-overrides answers each request by the config of its tenant',
  async () => {
    expect(await linesOf('12-per-tenant-overrides')).toEqual([
      'acme: Hello! At most 100 results, the fast way.',
      'bolt: Hi! At most 10 results, the exact way.',
      'carl: Hello! At most 10 results, the fast way.',
      '',
      'acme: Good evening! At most 100 results, the fast way.',
      'bolt: Hi! At most 10 results, the exact way.',
      'carl: Good evening! At most 10 results, the fast way.',
      '',
      '300 requests at the same time, 3 different answers.',
    ]);
  },
  TIME,
);

test.concurrent(
  '13-log-level-for-an-hour is talkative for an hour, and no longer',
  async () => {
    expect(await linesOf('13-log-level-for-an-hour')).toEqual([
      'As the config server says:',
      '  [warn] GET / was slow',
      'An operator looks for something:',
      '  [debug] GET / begins',
      '  [warn] GET / was slow',
      '  (set by ann@example.com: slow requests)',
      'An hour later, by itself:',
      '  [warn] GET / was slow',
    ]);
  },
  TIME,
);

test(
  '14-metrics shows how its config does, before and after a document that does not fit',
  async () => {
    const scope = 'otel_scope_name="@holdfast/core"';
    const lines = (await linesOf('14-metrics')).map((line) => line.replace(`,${scope}`, '').trim());
    expect(lines).toEqual([
      '[',
      `'config_updates_total{config="service",status="accepted"} 1',`,
      `'config_version{config="service"} 1',`,
      `'config_state{config="service",state="fresh"} 1'`,
      ']',
      '',
      'Somebody published a document that does not fit:',
      '[',
      `'config_updates_total{config="service",status="accepted"} 1',`,
      `'config_updates_total{config="service",status="refused"} 1',`,
      `'config_failures_total{config="service",reason="SCHEMA_FAILED"} 1',`,
      `'config_version{config="service"} 1',`,
      `'config_state{config="service",state="stale"} 1'`,
      ']',
    ]);
  },
  TIME,
);

test.concurrent(
  '11-rollback-and-pin goes back to a snapshot, and pins',
  async () => {
    expect(await linesOf('11-rollback-and-pin')).toEqual([
      'At first: 5 % off (version 1, pinned: nothing)',
      'Published: 50 % off (version 2, pinned: nothing)',
      'Since "before the sale": banner, discount',
      'Rolled back: 5 % off (version 3, pinned: document)',
      'Polled again: 5 % off (version 3, pinned: document)',
      'Mended: 15 % off (version 4, pinned: document)',
      'During the sale: 15 % off (version 4, pinned: all)',
      'After it: 5 % off (version 5, pinned: nothing)',
      '  version 5: unpin, ann',
      '  version 4: refresh, the source',
      '  version 3: rollback, ann',
      '  version 2: refresh, the source',
      '  version 1: poll, the source',
    ]);
  },
  TIME,
);

test.concurrent(
  '15-kubernetes-configmap follows each swap of its mount, and keeps what it has when one does not fit',
  async () => {
    const before = '{"logLevel":"info","pool":{"size":8,"maxWaitMs":500}}';
    const after = '{"logLevel":"debug","pool":{"size":16,"maxWaitMs":500}}';
    const what = 'The document of file /etc/app/app.yaml is not valid YAML at line 4, column 1';
    expect(await linesOf('15-kubernetes-configmap')).toEqual([
      `Mounted:  ${before}`,
      `Swapped:  ${after}`,
      `Refused:  ${what}: a wrong indent, or a bracket or brace above it that is not closed`,
      `In force: ${after}`,
    ]);
  },
  TIME,
);

test.concurrent(
  '16-signed-configs takes what is signed, newer and not over, and nothing else',
  async () => {
    const foreign = 'of none of the trusted Ed25519 keys, or not over these bytes';
    expect(await linesOf('16-signed-configs')).toEqual([
      'Started: pays to the old bank',
      'Signed: accepted',
      '  pays to the new bank (version 2)',
      `Changed on the way: failed: its signature is ${foreign}`,
      '  pays to the new bank (version 2)',
      'The old one again: failed: it has version 1, and version 2 is in force already',
      '  pays to the new bank (version 2)',
      'Over already: failed: it expired at 2026-01-01T00:00:00.000Z, and no newer one came',
      '  pays to the new bank (version 2)',
      'Signed again: accepted',
      '  pays to both banks (version 4)',
    ]);
  },
  TIME,
);

const names = readdirSync(import.meta.dirname).filter((name) => /^\d\d-/.test(name));

function read(path: string): string {
  return readFileSync(join(import.meta.dirname, path), 'utf8');
}

/** What stands in for the world around an application is no part of what a user copies. */
function isOwn(path: string): boolean {
  return (
    /\.tsx?$/.test(path) && !path.endsWith('.test.ts') && !read(path).startsWith('// Stands in')
  );
}

test.each(names)('%s is small: under 60 lines of its own, and two sentences about them', (name) => {
  const own = readdirSync(join(import.meta.dirname, name))
    .map((file) => `${name}/${file}`)
    .filter(isOwn);
  const lines = own.flatMap((path) => read(path).trimEnd().split('\n'));
  expect(own).not.toEqual([]);
  expect(lines.length).toBeLessThan(60);
  expect(read(`${name}/README.md`).match(/\.(?=\s)/g)).toHaveLength(2);
});

test.each(names)('%s is told of in the tables', (name) => {
  expect(read('README.md')).toContain(`](${name})`);
  expect(read('../README.md')).toContain(`](examples/${name})`);
  expect(read(`${name}/README.md`)).toContain(`pnpm@10 -C examples/${name} start`);
});

test.concurrent(
  '17-webhook-with-hono hears of a change by a webhook, and answers a forged one with 401',
  async () => {
    expect(await linesOf('17-webhook-with-hono')).toEqual([
      'At first: Hello',
      'The webhook is answered with 202',
      'Then: Hello again',
      'A forged one is answered with 401',
    ]);
  },
  TIME,
);

test.concurrent(
  '18-server-sent-events hears of a change by an event, and finds the one of which it heard nothing',
  async () => {
    expect(await linesOf('18-server-sent-events')).toEqual([
      'Read: Hello',
      'Heard of: Hello again',
      'Found when the stream stood again: Hello, whoever was away',
    ]);
  },
  TIME,
);
