import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { codeOf } from '../internal/system-error.ts';
import type { NamedPath } from '../internal/check-path.ts';
import type { FileSet } from './options.ts';

/** A file, and what the system says of it. */
export interface StampedFile extends NamedPath {
  readonly stats: BigIntStats;
  /** Differs whenever the file may have changed: by its time of change, which no program sets back. */
  readonly mark: string;
}

/** The files of a set at one moment. */
export interface Stamp {
  readonly files: readonly StampedFile[];
  /** Of those that were named and are not there. */
  readonly missing: readonly NamedPath[];
  /** Of all of it; the same for the same files in the next process. */
  readonly revision: string;
}

/** Looks at all files of the set; reads none. */
export async function stampOf(set: FileSet): Promise<Stamp> {
  const named = await filesOf(set);
  const stamped = await Promise.all(named.map(stampFile));
  const files = stamped.filter((file) => file !== undefined);
  const missing = named.filter((_, i) => stamped[i] === undefined);
  const text = JSON.stringify(files.map(({ path, mark }) => [path, mark]));
  const revision = createHash('sha256').update(text).digest('base64url');
  // of a glob, a file that went away after it was listed is simply not in it
  return { files, missing: set.kind === 'listed' ? missing : [], revision };
}

async function filesOf(set: FileSet): Promise<readonly NamedPath[]> {
  if (set.kind === 'listed') return set.files;
  const { folder, pattern } = set;
  const names = await readdir(folder.path).catch(ifMissing<string[]>([]));
  const fitting = names.filter((name) => pattern.test(name)).toSorted();
  return fitting.map((name) => ({
    path: join(folder.path, name),
    shown: join(folder.shown, name),
  }));
}

async function stampFile(file: NamedPath): Promise<StampedFile | undefined> {
  const stats = await stat(file.path, { bigint: true }).catch(ifMissing(undefined));
  if (stats === undefined && (await isLink(file.path))) throw dangling(file);
  return stats && { ...file, stats, mark: markOf(stats) };
}

/** A link that leads nowhere is there, and the file is not: in the middle of a swap, or for good. */
async function isLink(path: string): Promise<boolean> {
  const found = await lstat(path).catch(ifMissing(undefined));
  return found?.isSymbolicLink() === true; // and no file that came just now
}

function dangling({ shown }: NamedPath): Error {
  return new Error(`${shown} is a link to what is not there`);
}

/** What tells two states of a file apart. */
export function markOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino}-${size}-${mtimeNs}-${ctimeNs}`;
}

/** For a `catch`: what is given where the file is not there; anything else is thrown on. */
export function ifMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return instead;
  };
}
