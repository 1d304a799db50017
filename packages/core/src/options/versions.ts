import { type Path, parsePath } from '../document/path.ts';
import type { JsonValue } from '../ports/json.ts';
import { isPath, type OptionCheck } from './check.ts';

/** Options of `register` about the version of a document. */
export interface VersionOptions {
  /**
   * The major version that documents must have in their member `version`, 0 or more: 2 takes `2`, `"2"` and `"2.1.0"`; a
   * document without a version has 0. Or a function of that member, which says true or false. Other documents are refused.
   * Asked after `migrations`. @default {any}
   */
  readonly accepts?: number | ((version: unknown) => boolean);
  /** Steps that bring documents of other major versions to the one that the schema knows. @default {[]} */
  readonly migrations?: readonly MigrationOptions[];
  /**
   * Path of a number, a text of digits or an ISO date that may not go down from one document to the next, such as
   * `revision` or `generatedAt`. Keeps out the old document of a replica that lags. See `acceptRefused`. @default {none}
   */
  readonly monotonic?: string | Path;
}

/** One step of a migration. */
export interface MigrationOptions {
  /** Taken by documents of this major version, 0 or more; a document without a version has 0. */
  readonly from: number;
  /** The major version of what it gives, 0 or more. */
  readonly to: number;
  /** Gives the document of version `to`. It gets a copy of its own, which it may change and give back. Pure. */
  readonly migrate: (document: JsonValue) => unknown;
}

/** {@link VersionOptions} after checks. */
export interface VersionPolicy {
  readonly accepts: VersionOptions['accepts'];
  /** By the version that they are taken from. No way through them is a circle. */
  readonly migrations: ReadonlyMap<number, MigrationOptions>;
  readonly monotonic: Path | undefined;
}

/** Shared by all configs that say nothing of versions. */
const ANY: VersionPolicy = { accepts: undefined, migrations: new Map(), monotonic: undefined };

/** Checks. @throws {HoldfastError} `INVALID_OPTIONS` */
export function resolveVersions(options: VersionOptions, check: OptionCheck): VersionPolicy {
  const { accepts, migrations, monotonic } = options;
  if (accepts === undefined && migrations === undefined && monotonic === undefined) return ANY;
  if (accepts !== undefined && typeof accepts !== 'function' && !isMajor(accepts))
    throw check.fail('accepts', 'a whole number of at least 0, or a function', accepts);
  if (monotonic !== undefined && !isPath(monotonic))
    throw check.fail('monotonic', 'a path, dotted or in array form', monotonic);
  return {
    accepts,
    migrations: resolveMigrations(migrations, check),
    monotonic: monotonic === undefined ? undefined : parsePath(monotonic),
  };
}

function isMajor(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function resolveMigrations(migrations: unknown = [], check: OptionCheck) {
  if (!Array.isArray(migrations))
    throw check.fail('migrations', 'a list of { from, to, migrate }', migrations);
  const steps = new Map<number, MigrationOptions>();
  for (const [i, step] of (migrations as readonly MigrationOptions[]).entries()) {
    const name = `migrations[${i}]`;
    check.object(name, step, ['from', 'to', 'migrate'] satisfies (keyof MigrationOptions)[]);
    const { from, to, migrate } = step;
    check.count(`${name}.from`, from, 0);
    check.count(`${name}.to`, to, 0);
    check.callable(`${name}.migrate`, migrate);
    if (steps.has(from)) throw check.fail(`${name}.from`, 'one that no other step has', from);
    steps.set(from, { from, to, migrate });
    if (leadsBack(steps, from))
      throw check.fail(`${name}.to`, `a version from which no step leads back to ${from}`, to);
  }
  return steps;
}

/** Steps that have no circle yet end after as many as there are. */
function leadsBack(steps: ReadonlyMap<number, MigrationOptions>, from: number): boolean {
  let at = steps.get(from)?.to;
  while (at !== undefined && at !== from) at = steps.get(at)?.to;
  return at === from;
}
