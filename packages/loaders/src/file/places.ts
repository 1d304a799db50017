import { readdir, readlink } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';
import { codeOf } from '../internal/system-error.ts';
import type { FileSet } from './options.ts';

/** Which names in a folder matter. */
export interface Names {
  readonly exact: Set<string>;
  pattern?: RegExp;
}

/** Folders in which something may happen to a file, with the names that it may happen to. */
export type Places = ReadonlyMap<string, Names>;

type GlobSet = Extract<FileSet, { readonly kind: 'glob' }>;

/** Links in a row; the system follows no more either. */
const MAX_LINKS = 40;

/**
 * Where changes of these files show: in the folder of each file, and, where links lead there or a folder is missing on the
 * way, in the folder of each link and of what is missing.
 * Kubernetes swaps a link in the middle of the path (`app.yaml` → `..data/app.yaml`, `..data` → `..2026_11_21`).
 */
export async function placesOf(set: FileSet): Promise<Places> {
  const places = new Map<string, Names>();
  const add = (folder: string, name: string): Names => {
    const names = places.get(folder) ?? { exact: new Set<string>() };
    names.exact.add(name);
    places.set(folder, names);
    return names;
  };
  if (set.kind === 'glob') {
    const { path } = set.folder;
    // the name of no file: what counts is the way to it
    const found = await follow(join(path, 'x'), add);
    if (found) found.pattern = set.pattern;
  }
  const files = set.kind === 'listed' ? set.files : await linksOf(set);
  for (const { path } of files) await follow(path, add);
  return places;
}

/** Of the files that fit, those that are links; of all others their folder tells. */
async function linksOf({
  folder,
  pattern,
}: GlobSet): Promise<readonly { readonly path: string }[]> {
  const found = await readdir(folder.path, { withFileTypes: true }).catch(() => []);
  const links = found.filter((entry) => entry.isSymbolicLink() && pattern.test(entry.name));
  return links.map(({ name }) => ({ path: join(folder.path, name) }));
}

/** Walks a path part by part, and gives the names of the folder at its end. */
async function follow(
  path: string,
  add: (folder: string, name: string) => Names,
): Promise<Names | undefined> {
  let { root: at } = parse(path);
  let rest = partsOf(path);
  for (let links = 0; links <= MAX_LINKS;) {
    const [part, ...after] = rest;
    if (part === undefined) return undefined;
    const target = await readlink(join(at, part)).catch((error: unknown) => ({ error }));
    if (typeof target !== 'string' && after.length === 0) return add(at, part);
    if (typeof target !== 'string') {
      // a folder that may come
      if (codeOf(target.error) === 'ENOENT') add(at, part);
      at = join(at, part);
      rest = after;
      continue;
    }
    links += 1;
    add(at, part);
    const whole = resolve(at, target);
    at = parse(whole).root;
    rest = [...partsOf(whole), ...after];
  }
  return undefined;
}

function partsOf(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((part) => part !== '');
}

/** Whether what happened to `name` matters; a system that does not say the name may mean any. */
export function matters({ exact, pattern }: Names, name: string | null): boolean {
  return name === null || exact.has(name) || pattern?.test(name) === true;
}
