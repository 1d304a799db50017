import type { ConfigHandle } from '@holdfast/core';
import type { Any } from '../runtime/layers.fixture.ts';
import { same } from './checks.fixture.ts';
import { KEPT } from './operated-inputs.fixture.ts';
import type { OperatedModel } from './operated-model.fixture.ts';
import { valueOf } from './operated-value.fixture.ts';

/** A config, and the model of it. */
export interface Checked {
  model: OperatedModel;
  app: ConfigHandle<Any>;
  /** What was there after the last step. */
  seen: Seen | undefined;
  /** What the first participant made of itself: it never refuses, and takes back what others do. */
  holds: unknown;
}

/** Holds what the config shows against what the model says; says whether anything has changed. */
export async function checkConfig(config: Checked): Promise<boolean> {
  const { app, model } = config;
  const { current, status } = app;
  same(current, model.value, 'current');
  same(valueOf(model), model.value, 'the value of the inputs');
  const documents = ['low', 'high'].map((name) => app.source(name).document());
  same(documents, model.docs, 'documents');
  const laid = (await app.overrides()).map(({ patch, persist }) => ({ patch, persist }));
  same(
    laid,
    model.laid.map(({ patch, persist }) => ({ patch, persist })),
    'overrides',
  );
  const left = status.sources.map(({ waiting }) => waiting?.kind);
  same(
    left,
    model.left.map((one, source) => (model.cached[source] ?? one)?.kind),
    'waiting',
  );
  same(status.pinned, model.pinned, 'pinned');
  same(status.diverged, [], 'diverged');
  same(config.holds, model.value, 'what a participant is');
  const snapshots = (await app.snapshots()).map(({ id }) => id);
  same(
    snapshots,
    model.saved.map(({ id }) => id),
    'snapshots',
  );
  same(status.version, model.version, 'version');
  return compare(config);
}

/** What changes nothing leaves everything as it was, whether it was refused, vetoed, rejected or needless. */
async function compare(config: Checked): Promise<boolean> {
  const { app, model, seen: before } = config;
  // a snapshot shows, and changes nothing
  const versions = (await app.versions()).map(({ snapshots: _snapshots, ...version }) => version);
  const kept = Math.min(model.version, KEPT + 1);
  const numbers = Array.from({ length: kept }, (_, i) => model.version - i);
  same(
    versions.map(({ version }) => version),
    numbers,
    'versions',
  );
  const seen = { inputs: model.inputs, value: app.current, versions };
  config.seen = seen;
  // a process that has just begun
  if (before === undefined) return true;
  if (before.versions[0]!.version === model.version)
    same(seen.value === before.value, true, 'identity');
  if (!before.inputs.every((input, i) => input === seen.inputs[i])) return true;
  same(versions, before.versions, 'history');
  return false;
}

/** What a step may leave as it was. */
export interface Seen {
  readonly inputs: readonly unknown[];
  readonly value: unknown;
  readonly versions: readonly { readonly version: number }[];
}
