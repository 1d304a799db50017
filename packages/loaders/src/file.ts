import type { Loader } from '@holdfast/core';
import { type FileFormat, formatOf } from './file/format-of.ts';
import { READERS } from './file/formats.ts';
import { fromFiles } from './file/from-files.ts';
import { mergeJoined } from './file/joined.ts';
import { type FileLoaderOptions, type FilePolicy, resolveFile } from './file/options.ts';

export type { FileFormat } from './file/format-of.ts';
export type { FileLoaderOptions, FileWatchOptions } from './file/options.ts';

/**
 * Reads a document from a file, or from several that are merged: JSON, JSON5, YAML, TOML, `.env`, INI.
 *
 * It is read once it holds still, and only when it changed: an unchanged file costs a `stat`. It hears of changes, also of
 * those that come by a rename, by a link that is swapped (a ConfigMap of Kubernetes) or after the file was away. What is no
 * regular file, is empty or is too large is a failure before it is opened, so that the last good document stays.
 *
 * YAML, TOML and JSON5 need the packages `yaml`, `smol-toml` and `json5`; they are loaded when they are first used.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function fileLoader(options: FileLoaderOptions): Loader {
  const policy = { ...resolveFile(options), prepare };
  return fromFiles(policy, decoderOf(policy));
}

function prepare(format: FileFormat): unknown {
  return READERS[format].prepare?.();
}

/** None for one file of JSON: that the engine parses itself. */
function decoderOf({ single, set, format }: FilePolicy): Loader['decode'] {
  if (!single) return ({ raw }, { maxKeys }) => mergeJoined(raw as Uint8Array, maxKeys);
  const path = set.kind === 'listed' ? set.files[0]!.path : '';
  const own = format ?? formatOf(path)!;
  if (own === 'json') return undefined;
  return ({ raw }) => READERS[own].parse(raw as Uint8Array);
}
