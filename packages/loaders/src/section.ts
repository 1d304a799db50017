import { type ConfigHandle, formatPath, type Loader, type Path } from '@holdfast/core';
import { parsePath } from '@holdfast/core/json';
import { isPath, MAX_NAME_LENGTH, OptionChecks } from '@holdfast/core/options';
import { Part } from './section/part.ts';

/** What a section needs of the config that it is a part of: any handle has it. */
export type SectionParent = Pick<ConfigHandle<unknown>, 'name' | 'status' | 'source' | 'refresh'>;

/** Options of {@link section}. */
export interface SectionOptions {
  /** Name of the source of the config whose document it is a part of. @default {its first one} */
  readonly source?: string | undefined;
  /** Shown in status, events and errors. @default {'section <path> of <config>'} */
  readonly name?: string | undefined;
}

/**
 * A part of the accepted raw document of another config, so that many configs share one document and its requests: a
 * section itself never makes one. Each accepted document is passed on at once.
 *
 * While the last poll of the other config failed, or was refused, so do those of the section, and both keep what they
 * have. What is not in the document is absent. Nothing of it is cached: the cache has the whole document.
 *
 * @param app The other config. It may be of another manager.
 * @param path Of the part, dotted or in array form.
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function section(
  app: SectionParent,
  path: string | Path,
  options: SectionOptions = {},
): Loader {
  const check = new OptionChecks('section()');
  check.methods('app', app, ['source', 'refresh']);
  if (!isPath(path)) throw check.fail('path', 'a path, dotted or in array form', path);
  check.object('options', options, ['source', 'name'] satisfies (keyof SectionOptions)[]);
  const place = `${formatPath(parsePath(path))} of ${app.name}`;
  const { source, name = `section ${place}`.slice(0, MAX_NAME_LENGTH) } = options;
  check.name('name', name);
  if (source !== undefined) check.text('source', source);
  const key = JSON.stringify(['section', app.name, source ?? '', ...parsePath(path)]);
  const part = new Part({
    app,
    view: app.source(source),
    path: parsePath(path),
    source,
    name,
    key,
  });
  return {
    name,
    key,
    load: (request) => part.load(request),
    watch: (request) => part.watch(request),
  };
}
