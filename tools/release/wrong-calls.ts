import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfigManager, isHoldfastError } from '@holdfast/core';
import { createContract } from '@holdfast/core/contracts';
import { memoryCache } from '@holdfast/core/memory-cache';
import { auditFile, verifyAuditFile } from '@holdfast/loaders/audit-file';
import { envLoader } from '@holdfast/loaders/env';
import { fileLoader } from '@holdfast/loaders/file';
import { observeMetrics } from '@holdfast/core/metrics';
import { createScope } from '@holdfast/core/scope';
import { fetchLoader } from '@holdfast/loaders/fetch';
import { fileCache } from '@holdfast/loaders/file-cache';
import { firstOf } from '@holdfast/loaders/first-of';
import { functionLoader } from '@holdfast/loaders/function';
import { hedged } from '@holdfast/loaders/hedged';
import { httpLoader } from '@holdfast/loaders/http';
import { httpSignatures } from '@holdfast/loaders/http-signatures';
import { indexedDbCache } from '@holdfast/loaders/indexed-db';
import { jws } from '@holdfast/loaders/jws';
import { localStorageCache } from '@holdfast/loaders/local-storage';
import { longPolling } from '@holdfast/loaders/long-poll';
import { onSignal } from '@holdfast/loaders/signal';
import { serverSentEvents } from '@holdfast/loaders/sse';
import { mapped } from '@holdfast/loaders/mapped';
import { httpPublisher } from '@holdfast/loaders/publish';
import { section } from '@holdfast/loaders/section';
import { staticLoader } from '@holdfast/loaders/static';
import { detached, verified } from '@holdfast/loaders/verified';
import { webhook } from '@holdfast/loaders/webhook';
import { webSocketMessages } from '@holdfast/loaders/websocket';
import { createTestManager, manualClock, mockLoader } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { contractTests, loaderContract } from '@holdfast/testing/contracts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-wrong-use-'));
const manager = createConfigManager({ clock: manualClock() });
const app = manager.register('app', { loader: mockLoader({ value: {} }), defaults: {} });
const schema = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const;
const contract = createContract({ name: 'module', schema });
const because = { by: 'me', reason: 'why' };
const keys = {
  a: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
};
let registered = 0;

/** Every function that takes options, and how it is called with them. */
export const CALLS: Readonly<Record<string, (options: never) => unknown>> = {
  createConfigManager,
  'ConfigManager.register': (options) => manager.register(`c${(registered += 1)}`, options),
  'ConfigManager.refresh': (options) => manager.refresh(['app'], options),
  'Audit.list': (options) => manager.audit.list(options),
  'ConfigHandle.ready': (options) => app.ready(options),
  'ConfigHandle.refresh': (options) => app.refresh(options),
  'ConfigHandle.acceptRefused': (options) => app.acceptRefused(options),
  'ConfigHandle.attach': (options) => app.attach(options)(),
  'ConfigHandle.override': (options) => app.override({ a: 1 }, options),
  'OverrideHandle.clear': async (options) => (await app.override({ a: 1 }, because)).clear(options),
  'ConfigHandle.clearOverrides': (options) => app.clearOverrides(options),
  'ConfigHandle.snapshot': (options) => app.snapshot(options),
  'ConfigHandle.snapshots': (options) => app.snapshots(options),
  'ConfigHandle.rollback': (options) => app.rollback('s0', options),
  'ConfigHandle.pin': (options) => app.pin(options),
  'ConfigHandle.unpin': (options) => app.unpin(options),
  'ConfigManager.transaction': (options) => manager.transaction(() => {}, options),
  'ConfigManager.exportState': (options) => manager.exportState(options),
  'ConfigManager.importState': async (options) =>
    manager.importState(await manager.exportState({ configs: [] }), options),
  'ConfigHandle.contract': (options) => app.contract(contract, options),
  'Transaction.override': (options) =>
    manager.transaction((tx) => tx.override(app, { a: 1 }, options), because),
  'Transaction.rollback': (options) =>
    manager.transaction((tx) => tx.rollback(app, 's1', options), because),
  'View.onChange': (options) => app.onChange(() => {}, options),
  'View.changes': (options) => app.changes(options),
  createContract,
  createScope: (options) => createScope(app, options),
  memoryCache,
  observeMetrics: (options) => observeMetrics(manager, options),
  httpLoader,
  fetchLoader,
  staticLoader: (options) => staticLoader({}, options),
  functionLoader: (options) => functionLoader(async () => ({}), options),
  fileLoader,
  envLoader,
  firstOf,
  hedged: (options) => hedged([mockLoader(), mockLoader()], options),
  mapped: (options) => mapped(mockLoader(), options),
  section: (options) => section(app, 'db', options),
  verified: (options) => verified(mockLoader(), options),
  detached,
  jws,
  httpSignatures,
  httpPublisher,
  fileCache,
  auditFile,
  verifyAuditFile: (options) => verifyAuditFile(join(folder, 'none.jsonl'), options),
  localStorageCache,
  indexedDbCache,
  serverSentEvents: (options) => serverSentEvents(mockLoader(), options),
  webSocketMessages: (options) => webSocketMessages(mockLoader(), options),
  longPolling: (options) => longPolling(mockLoader(), options),
  onSignal: (options) => onSignal(mockLoader(), options),
  webhook,
  createTestManager,
  manualClock,
  mockLoader,
  configServer: async (options) => (await configServer(options)).close(),
  contractTests: (options) => contractTests(loaderContract, () => ({}) as never, options),
};

/** Options that some of them cannot do without. */
const NEEDED: Readonly<Record<string, object>> = {
  'ConfigManager.register': { loader: mockLoader() },
  'ConfigHandle.acceptRefused': because,
  'ConfigHandle.attach': { name: 'pool', apply: () => {} },
  'ConfigHandle.override': because,
  'ConfigHandle.clearOverrides': because,
  'ConfigHandle.snapshot': { description: 'what' },
  'ConfigHandle.rollback': because,
  'ConfigHandle.pin': because,
  'ConfigHandle.unpin': because,
  'ConfigManager.transaction': because,
  'ConfigManager.importState': because,
  createContract: { name: 'module', schema },
  httpLoader: { url: 'https://config.test/app.json' },
  fetchLoader: { url: 'https://config.test/app.json' },
  functionLoader: { name: 'f' },
  serverSentEvents: { url: 'https://config.test/events' },
  webSocketMessages: {
    url: 'wss://config.test/socket',
    overrides: { target: () => app, paths: ['logLevel'] },
  },
  longPolling: { url: 'https://config.test/wait' },
  webhook: { secrets: [`whsec_${btoa('a secret of 24 bytes, or more')}`] },
  fileLoader: { path: 'app.json' },
  envLoader: { prefix: 'APP_' },
  firstOf: { srv: '_config._tcp.test', loader: () => mockLoader() },
  mapped: { pick: ['a'] },
  verified: { by: detached({ keys, signature: { header: 'x' } }) },
  detached: { keys, signature: { header: 'x' } },
  jws: { keys },
  httpSignatures: { keys },
  httpPublisher: { url: 'https://config.test/app.json' },
  fileCache: { directory: folder },
  auditFile: { path: join(folder, 'audit.jsonl') },
};

/** What an item of a list of options cannot do without. */
export const NEEDED_ITEMS: Readonly<Record<string, object>> = {
  sources: { loader: mockLoader() },
  migrations: { from: 1, to: 2, migrate: () => ({ version: 2 }) },
};

/** How `owner` answers to these options, with those that it needs: `taken`, or the error in one line. */
export async function answerTo(owner: string, options: object): Promise<string> {
  const needed = 'sources' in options ? {} : NEEDED[owner];
  return answerToOnly(owner, { ...needed, ...options, ...wholeGroups(needed, options) });
}

/** Groups of options in which some are given: with those that the group cannot do without. */
function wholeGroups(needed: object = {}, options: object): object {
  const groups = Object.entries(options).flatMap(([name, group]) => {
    const whole: unknown = Reflect.get(needed, name);
    const given = Object.prototype.toString.call(group) === '[object Object]';
    const some = given && Object.keys(group as object).length > 0;
    return some && typeof whole === 'object' ? [[name, { ...whole, ...group }]] : [];
  });
  return Object.fromEntries(groups);
}

/** How `owner` answers to this in the place of all its options. */
export async function answerToOnly(owner: string, options: unknown): Promise<string> {
  try {
    await CALLS[owner]!(options as never);
    return 'taken';
  } catch (error) {
    return isHoldfastError(error) ? `${error.code}: ${error.message}` : String(error);
  }
}

/** Ends what the calls began. */
export async function endCalls(): Promise<void> {
  await manager.close();
  rmSync(folder, { recursive: true });
}
