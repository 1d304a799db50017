import { basename, dirname, join, resolve } from 'node:path';
import { kindOf, MAX_WAIT_MS, OptionChecks } from '@holdfast/core/options';
import { checkOptions } from '../internal/check-options.ts';
import { checkPath, checkPathText, type NamedPath } from '../internal/check-path.ts';
import { printable } from '../internal/printable.ts';
import { type FileFormat, formatOf, FORMATS } from './format-of.ts';
import { endsOf, patternOf } from './glob.ts';

/** How files are watched. */
export interface FileWatchOptions {
  /** Whether changes are heard of, beside the polls. @default {true} */
  readonly watch?: boolean | undefined;
  /** A change is told of when nothing more happened for so long, in milliseconds, 0 to 60 000. @default {100} */
  readonly debounceMs?: number | undefined;
  /**
   * How often the watch looks by itself, for file systems that tell of nothing and for a full table of watches, in
   * milliseconds, 100 to 2 147 483 647. It costs a `stat` for each file. @default {10_000}
   */
  readonly statIntervalMs?: number | undefined;
}

/** What `fileLoader` reads: one of these. */
interface FileSets {
  /** The file. A relative path starts at the working directory of the moment at which the loader is created. */
  readonly path: string | URL;
  /** Several files, the lowest first: objects merge key by key, everything else replaces. All of them have to be there. */
  readonly paths: readonly (string | URL)[];
  /**
   * All files of one folder whose names fit, such as `conf.d/*.yaml`, merged in the order of their names (by code units:
   * digits, capitals, small letters). `*` stands for any characters but not for a dot at the beginning, `?` for one,
   * `{yaml,yml}` for one of several; only the last part of the path may have them.
   */
  readonly glob: string;
}

/** One of the sets, and none of the others. */
type OnlySet<K extends keyof FileSets> = Pick<FileSets, K> & {
  readonly [O in Exclude<keyof FileSets, K>]?: undefined;
};

/** How `fileLoader` reads. */
interface FileReadOptions extends FileWatchOptions {
  /** What the files are written in. @default {by the end of the name: .json, .jsonc, .json5, .yaml, .yml, .toml, .env, .ini} */
  readonly format?: FileFormat | undefined;
}

/** Options of `fileLoader`: one of `path`, `paths` and `glob`, and how they are read. */
export type FileLoaderOptions = (OnlySet<'path'> | OnlySet<'paths'> | OnlySet<'glob'>) &
  FileReadOptions;

/** What is read: files by their names, or all that fit in a folder. */
export type FileSet =
  | { readonly kind: 'listed'; readonly files: readonly NamedPath[] }
  | {
      readonly kind: 'glob';
      /** The whole of it, absolute. */
      readonly path: string;
      readonly folder: NamedPath;
      readonly pattern: RegExp;
    };

/** {@link FileWatchOptions} checked. */
export interface FileWatchPolicy {
  readonly watch: boolean;
  readonly debounceMs: number;
  readonly statIntervalMs: number;
}

/** {@link FileLoaderOptions} checked. */
export interface FilePolicy extends FileWatchPolicy {
  /** What people are shown. */
  readonly name: string;
  /** Selects the document: absolute paths and formats. */
  readonly key: string;
  readonly set: FileSet;
  /** Of one file alone: its bytes are the document as they are. */
  readonly single: boolean;
  readonly format: FileFormat | undefined;
  /** Loads the library of a format, where there is one. Rejects with a `LoadError` that says what to install. */
  readonly prepare?: (format: FileFormat) => unknown;
}

/**
 * Fills in defaults and checks.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function resolveFile(options: FileLoaderOptions): FilePolicy {
  const check: OptionChecks = new OptionChecks('fileLoader()');
  const known = ['path', 'paths', 'glob', 'format', ...WATCH] satisfies (keyof FileLoaderOptions)[];
  checkOptions(check, options, { example: '{ path }', known });
  const { format } = options;
  if (format !== undefined) check.oneOf('format', format, FORMATS);
  const [option, set] = setOf(check, options);
  if (format === undefined) checkExtensions(check, option, options);
  const watching = resolveWatch(check, options);
  const shown = set.kind === 'glob' ? [options.glob!] : set.files.map((file) => file.shown);
  const single = option === 'path';
  const absolute = set.kind === 'glob' ? [set.path] : set.files.map(({ path }) => path);
  return {
    ...watching,
    name: `file ${printable(shown.join(', '), 190)}`,
    key: JSON.stringify(['file', option, ...absolute, format ?? null]),
    set,
    single,
    format,
  };
}

const WATCH = ['watch', 'debounceMs', 'statIntervalMs'] satisfies (keyof FileWatchOptions)[];

/** The options of the watch, also of other loaders that read a file. */
export function resolveWatch(check: OptionChecks, options: FileWatchOptions): FileWatchPolicy {
  const { watch = true, debounceMs = 100, statIntervalMs = 10_000 } = options;
  check.flag('watch', watch);
  check.range('debounceMs', debounceMs, 0, 60_000);
  check.range('statIntervalMs', statIntervalMs, 100, MAX_WAIT_MS);
  return { watch, debounceMs, statIntervalMs };
}

type SetOption = 'path' | 'paths' | 'glob';

function setOf(check: OptionChecks, options: FileLoaderOptions): readonly [SetOption, FileSet] {
  const { path, paths, glob } = options;
  const sets: (readonly [SetOption, FileSet])[] = [];
  if (path !== undefined) {
    sets.push(['path', { kind: 'listed', files: [checkPath(check, 'path', path)] }]);
  }
  if (paths !== undefined) {
    const files: NamedPath[] = [];
    check.list('paths', paths, (item, each) => void files.push(checkPath(check, item, each)));
    if (files.length === 0)
      throw check.fail('paths', 'a list of one file or more', paths, kindOf(paths));
    sets.push(['paths', { kind: 'listed', files }]);
  }
  if (glob !== undefined) sets.push(checkGlob(check, glob));
  const [first, second] = sets;
  if (first === undefined)
    throw check.fail('path', 'given, or "paths" or "glob" in its place', path);
  if (second !== undefined) {
    const [option] = second;
    throw check.fail(option, `left out beside "${first[0]}"`, options[option]);
  }
  return first;
}

function checkGlob(check: OptionChecks, glob: unknown): [SetOption, FileSet] {
  const allowed = 'a folder and a pattern for names in it, of *, ? and {a,b}: "conf.d/*.yaml"';
  const text = checkPathText(check, 'glob', glob, allowed);
  const [folder, name] = [dirname(text), basename(text)];
  const pattern = patternOf(name);
  if (pattern === undefined || /[*?{}]/.test(folder) || /[/\\]$/.test(text))
    throw check.fail('glob', allowed, text);
  const path = join(resolve(folder), name);
  return [
    'glob',
    { kind: 'glob', path, folder: { path: resolve(folder), shown: folder }, pattern },
  ];
}

/** Every name has to tell its format, where none is given. */
function checkExtensions(check: OptionChecks, option: SetOption, options: FileLoaderOptions): void {
  const { path, paths, glob } = options;
  const named = option === 'glob' ? endsOf(glob!) : option === 'path' ? [path!] : paths!;
  named.forEach((each, i) => {
    if (formatOf(String(each)) !== undefined) return;
    const item = option === 'paths' ? `paths[${i}]` : option;
    const ends = '.json, .jsonc, .json5, .yaml, .yml, .toml, .env, .ini';
    throw check.fail(item, `a name that ends in ${ends}, or beside "format"`, String(each));
  });
}
