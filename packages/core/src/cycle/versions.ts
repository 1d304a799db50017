import { kindOfThrown } from '../document/kind-of-thrown.ts';
import type { Path } from '../document/path.ts';
import { toldFault } from '../document/redact.ts';
import { majorOf, markOf, versionOf } from '../document/version.ts';
import { copyJson, formatPath, getAt, HoldfastError, isThenable, kindOf } from '../lazy-base.ts';
import type { ConfigPolicy } from '../options/config.ts';
import type { MigrationOptions, VersionPolicy } from '../options/versions.ts';
import type { JsonValue } from '../ports/json.ts';
import type { SourceDocument } from '../state/inputs.ts';

/** A document after its migrations. */
export interface Migrated {
  readonly raw: JsonValue;
  /** The steps that were taken, in order; empty where the document is the one that came. */
  readonly steps: readonly MigrationStep[];
  /** What it was before each of them. */
  readonly former: readonly JsonValue[];
}

/** A step that was taken. */
type MigrationStep = Pick<MigrationOptions, 'from' | 'to'>;

/** What the documents that steps give are held to. */
interface MigrationTerms {
  readonly maxKeys?: number;
  readonly secrets?: readonly Path[];
}

/**
 * Takes a document through the steps of its version; a text says why it is refused.
 *
 * @param terms How many keys and items what a step gives may have, and where it has secrets.
 */
export function migrate(
  { migrations }: Pick<VersionPolicy, 'migrations'>,
  document: JsonValue,
  { maxKeys = Infinity, secrets = [] }: MigrationTerms = {},
): Migrated | string {
  const steps: MigrationStep[] = [];
  const former: JsonValue[] = [];
  let raw = document;
  for (let step = stepFrom(migrations, raw); step; step = stepFrom(migrations, raw)) {
    const { from, to } = step;
    const before = raw;
    const refused = (why: string): string =>
      `was refused by the migration ${from} -> ${to}: ${why}`;
    let given: unknown;
    try {
      given = step.migrate(copyJson(raw));
    } catch (thrown) {
      return refused(threw(thrown));
    }
    // copyJson() says that a promise is no document, but nobody would look at what it rejects with
    if (isThenable(given)) given.then(undefined, () => {});
    try {
      raw = copyJson(given, maxKeys);
    } catch (fault) {
      return refused(`what it gave ${toldFault(fault, secrets)}`);
    }
    const version = versionOf(raw);
    if (majorOf(version) !== to) return refused(`it gave a document that ${shown(version)}`);
    former.push(before);
    steps.push({ from, to });
  }
  return { raw, steps, former };
}

function stepFrom(migrations: VersionPolicy['migrations'], raw: JsonValue) {
  const major = migrations.size === 0 ? undefined : majorOf(versionOf(raw));
  return major === undefined ? undefined : migrations.get(major);
}

/** Why a document of this version is not accepted; undefined where it is. */
function acceptsVersion(
  { accepts }: Pick<VersionPolicy, 'accepts'>,
  raw: JsonValue,
): string | undefined {
  if (accepts === undefined) return undefined;
  const version = versionOf(raw);
  if (typeof accepts === 'number') {
    if (majorOf(version) === accepts) return undefined;
    return `${shown(version)}, and ${accepts} is accepted`;
  }
  try {
    const answer: unknown = accepts(version);
    if (answer === true) return undefined;
    if (answer === false) return `${shown(version)}, which accepts() does not take`;
    if (isThenable(answer)) answer.then(undefined, () => {});
    return `${shown(version)}, and accepts() must say true or false: it said ${kindOf(answer)}`;
  } catch (thrown) {
    return `${shown(version)}, and accepts(): ${threw(thrown)}`;
  }
}

/** What it was is left out: it may quote the document. */
function threw(thrown: unknown): string {
  return `it threw (${kindOfThrown(thrown)})`;
}

/**
 * The document in the version that the schema knows, whoever brings it.
 *
 * @throws {HoldfastError} `MIGRATION_FAILED`, `VERSION_REFUSED`; what is missing is the name of what is refused
 */
export function upToDate(
  { versions, limits, secrets }: Pick<ConfigPolicy, 'versions' | 'limits' | 'secrets'>,
  document: JsonValue,
): Pick<SourceDocument, 'raw' | 'migrated'> {
  const result = migrate(versions, document, { maxKeys: limits.maxKeys, secrets });
  if (typeof result === 'string') throw new HoldfastError('MIGRATION_FAILED', result);
  const { raw, steps } = result;
  const refused = acceptsVersion(versions, raw);
  if (refused !== undefined) throw new HoldfastError('VERSION_REFUSED', refused);
  return steps.length === 0
    ? { raw }
    : { raw, migrated: steps.map(({ from, to }) => `${from} -> ${to}`) };
}

/** A version in words; the whole of it only where it is short and no structure. */
function shown(version: JsonValue | undefined): string {
  if (version === undefined) return 'has no version';
  const isShort =
    typeof version === 'number' || (typeof version === 'string' && version.length < 33);
  return `has ${isShort ? `version ${JSON.stringify(version)}` : `${kindOf(version)} as its version`}`;
}

/**
 * Why `after` may not follow `before`: its mark is lower, or is none. Where `before` has no mark there is nothing to go back
 * from; an equal one is no step back.
 */
export function wentBack(
  { monotonic }: Pick<VersionPolicy, 'monotonic'>,
  before: JsonValue,
  after: JsonValue,
): string | undefined {
  const old = monotonic && markOf(getAt(before, monotonic));
  if (!old) return undefined;
  const value = getAt(after, monotonic);
  const now = markOf(value);
  const path = formatPath(monotonic);
  if (!now)
    return `has ${value === undefined ? 'nothing' : kindOf(value)} at ${path}, where a number, a text of digits or an ISO date must be`;
  const was = String(getAt(before, monotonic));
  if (now.kind !== old.kind) return `has a ${now.kind} at ${path}, where a ${old.kind} was`;
  // both are numbers, or both are times
  if (now.value < old.value) return `goes back at ${path}, from ${was} to ${String(value)}`;
  return undefined;
}
