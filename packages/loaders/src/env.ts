import type { JsonValue, Loaded, Loader } from '@holdfast/core';
import { decodeUtf8 } from '@holdfast/core/json';
import { pathOf } from './env/names.ts';
import { type EnvLoaderOptions, type EnvPolicy, resolveEnv } from './env/options.ts';
import { treeOf } from './env/tree.ts';
import { parseDotEnv } from './file/dot-env.ts';
import { placeOf } from './file/fault.ts';
import { fromFiles } from './file/from-files.ts';
import type { NamedPath } from './internal/check-path.ts';

export type { KeyCase } from './env/names.ts';
export type { EnvLoaderOptions } from './env/options.ts';

/**
 * Reads a document from environment variables that have a prefix, or from a `.env` file: `APP_POOL__MAX_SIZE=8` is
 * `{ pool: { maxSize: 8 } }`. What may be meant in two ways is refused, naming the variable and never its value.
 *
 * `process.env` tells of no changes, so each poll looks at it; a file is watched. What it gives is never written to a cache,
 * since the environment is always there, and often holds secrets.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function envLoader(options: EnvLoaderOptions): Loader {
  const policy = resolveEnv(options);
  return policy.file === undefined ? fromEnvironment(policy) : fromFile(policy, policy.file);
}

/** Needs no validator: looking is as cheap, and a hash of secrets is kept nowhere. */
function fromEnvironment(policy: EnvPolicy): Loader {
  const { name, prefix } = policy;
  return {
    name,
    key: JSON.stringify(['env', prefix]),
    addressed: true,
    async load({ signal }) {
      signal.throwIfAborted();
      const raw = Object.fromEntries(variablesOf(policy));
      return { kind: 'loaded', raw, hints: { doNotStore: true } };
    },
    decode: ({ raw }) => {
      const variables = Object.entries(raw as Readonly<Record<string, string>>);
      return valueOf(
        policy,
        variables.map(([variable, text]) => ({ name: variable, text })),
      );
    },
  };
}

function variablesOf({ env = process.env, prefix }: EnvPolicy): (readonly [string, string])[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .flatMap((name) => {
      const text = env[name];
      return text === undefined ? [] : [[name, text] as const];
    });
}

/** The same over the bytes of a file, which is read and watched as any other. */
function fromFile(policy: EnvPolicy, file: NamedPath): Loader {
  const { name, prefix } = policy;
  const set = { kind: 'listed', files: [file] } as const;
  const key = JSON.stringify(['env', prefix, file.path]);
  const read = fromFiles({ ...policy, name, key, set, single: true, format: 'env' }, decode);
  async function decode({ raw }: Loaded): Promise<JsonValue> {
    const variables = parseDotEnv(await decodeUtf8(raw as Uint8Array));
    return valueOf(
      policy,
      variables.map((each) => ({ ...each, place: placeOf(each) })),
    );
  }
  return {
    ...read,
    addressed: true,
    async load(request) {
      const result = await read.load(request);
      if (result.kind !== 'loaded') return result;
      return { ...result, hints: { ...result.hints, doNotStore: true } };
    },
  };
}

interface Variable {
  readonly name: string;
  readonly text: string;
  readonly place?: string;
}

function valueOf(policy: EnvPolicy, variables: readonly Variable[]): JsonValue {
  const entries = variables.flatMap(({ name, text, place = '' }) => {
    const path = pathOf(name, policy);
    return path === undefined ? [] : [{ path, text, label: name, place }];
  });
  return treeOf(entries, policy);
}
