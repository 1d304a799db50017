import { OptionChecks } from '@holdfast/core/options';
import { formatPath, type Path } from '@holdfast/core';
import { type FileWatchOptions, type FileWatchPolicy, resolveWatch } from '../file/options.ts';
import { checkOptions } from '../internal/check-options.ts';
import { checkPath, type NamedPath } from '../internal/check-path.ts';
import { printable } from '../internal/printable.ts';
import { KEY_CASES, type KeyCase, type NamePolicy } from './names.ts';
import type { TreePolicy } from './tree.ts';

/** Options of `envLoader`. */
export interface EnvLoaderOptions extends FileWatchOptions {
  /** What the names of the variables begin with; the rest of a name is its path. `''` takes all: wise only with `file`. */
  readonly prefix: string;
  /** What stands between the keys of a path in a name. @default {'__'} */
  readonly separator?: string | undefined;
  /**
   * How a part of a name becomes a key: `camel` makes `logLevel` of `LOG_LEVEL` and leaves alone what has small letters,
   * `lower` makes `log_level`, `exact` changes nothing.
   *
   * @default {'camel'}
   */
  readonly keys?: KeyCase | undefined;
  /** Whether texts become numbers, booleans, `null` and JSON, and what is ambiguous is refused. @default {true} */
  readonly coerce?: boolean | undefined;
  /** Paths whose texts stay texts, whatever they look like, such as `version`. @default {[]} */
  readonly texts?: readonly (string | Path)[] | undefined;
  /** Where the variables are. @default {process.env, as it is at each poll} */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** A `.env` file that has the variables, in the place of `env`; it is watched. @default {none} */
  readonly file?: string | URL | undefined;
}

/** {@link EnvLoaderOptions} checked. */
export interface EnvPolicy extends NamePolicy, TreePolicy, FileWatchPolicy {
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly file: NamedPath | undefined;
}

/**
 * Fills in defaults and checks.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function resolveEnv(options: EnvLoaderOptions): EnvPolicy {
  const check: OptionChecks = new OptionChecks('envLoader()', ['env']);
  checkOptions(check, options, { example: '{ prefix }', known: OPTIONS });
  const { prefix, separator = '__', keys = 'camel', coerce = true, texts, env, file } = options;
  if (typeof prefix !== 'string' || /[=\0]/.test(prefix))
    throw check.fail('prefix', 'the beginning of names of variables, such as "APP_"', prefix);
  if (typeof separator !== 'string' || separator === '' || /[=\0]/.test(separator))
    throw check.fail('separator', 'a text that names may have, such as "__"', separator);
  check.oneOf('keys', keys, KEY_CASES);
  check.flag('coerce', coerce);
  const paths = check.paths('texts', texts);
  if (env !== undefined) check.record('env', env);
  const named = file === undefined ? undefined : checkPath(check, 'file', file);
  if (named && env !== undefined) throw check.fail('env', 'left out beside "file"', env);
  const watching = resolveWatch(check, options);
  const where = named ? `${named.shown} ` : '';
  return {
    ...watching,
    name: `env ${printable(`${where}${prefix}*`, 190)}`,
    prefix,
    separator,
    keys,
    coerce,
    asText: 'name its path in "texts"',
    texts: new Set(paths.map((path) => formatPath(path.map(String)))),
    env,
    file: named,
  };
}

const OPTIONS = [
  'prefix',
  'separator',
  'keys',
  'coerce',
  'texts',
  'env',
  'file',
  'watch',
  'debounceMs',
  'statIntervalMs',
] satisfies (keyof EnvLoaderOptions)[];
