import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Config } from './config.ts';
import { validateNow } from './cycle/validate-now.ts';
import { kindOfThrown } from './document/kind-of-thrown.ts';
import { parsePath, type Path } from './document/path.ts';
import { pathsBelow } from './document/redact.ts';
import type { DeepReadonly } from './document/typed-path.ts';
import { formatPath, getAt, HoldfastError, isThenable, OptionCheck, share } from './lazy-base.ts';
import { isStandardSchema } from './options/config.ts';
import { settled } from './document/settled.ts';
import { View } from './view.ts';

/** What a module says of itself and of what it needs. */
export interface ContractOptions<S extends StandardSchemaV1 = StandardSchemaV1> {
  /** Shown wherever it refuses something: the name of the module. */
  readonly name: string;
  /** What the module needs, and the type of what it gets. It must answer at once. */
  readonly schema: S;
  /**
   * The versions of the document that the module can read: one, 0 or more; the first and the last one; or a function of
   * what stands at `version`, at the top of the value. Without it the version is not looked at. @default {none}
   */
  readonly compatible?: Compatible;
}

/** See {@link ContractOptions.compatible}. */
export type Compatible =
  | number
  | readonly [first: number, last: number]
  | ((version: unknown) => boolean);

/** How a contract is registered. */
export interface RegisterContractOptions {
  /** Refuses every document that the contract refuses; without it, only the module stays with what it had. @default {false} */
  readonly required?: boolean;
  /** Where the module's part of the value is, dotted or in array form. @default {'', the whole value} */
  readonly path?: string | Path;
  /** Takes a required contract back when it aborts: from then on it refuses nothing. */
  readonly signal?: AbortSignal;
}

/** The part of a value that a contract is about. */
interface Place {
  readonly path: Path;
  /** As seen from there. */
  readonly secrets: readonly Path[];
}

/** What a module needs of a config. Made by {@link createContract}, registered by `contract()` of a handle. */
export class Contract<Out> {
  /** Of the module. */
  readonly name: string;
  /** What the module gets is of this type. Only there for the compiler. */
  declare readonly output?: Out;
  readonly #schema: StandardSchemaV1;
  readonly #compatible: Compatible | undefined;

  /** @internal */
  constructor({ name, schema, compatible }: ContractOptions) {
    this.name = name;
    this.#schema = schema;
    this.#compatible = compatible;
  }

  /**
   * What `contract()` of a handle does: here, so that only those who have contracts carry its code.
   *
   * @internal
   */
  register(config: Config, options: RegisterContractOptions): View<DeepReadonly<Out>> {
    const { path, required, signal } = this.#terms(config, options);
    const place = { path, secrets: pathsBelow(config.policy.secrets, path) };
    const slice = (): unknown => this.#read(config, place);
    const view = new View<DeepReadonly<Out>>(config, (before) => settled(slice(), before));
    if (!required || signal?.aborted) return view;
    // what is in force cannot be refused any more: whoever needs something else is told at once
    if (config.snapshot) slice();
    const check = (value: unknown): string | true => {
      const verdict = this.#verdict(value, place);
      return verdict.kind === 'valid' || verdict.why;
    };
    const release = config.addCheck({ name: `contract ${JSON.stringify(this.name)}`, check });
    signal?.addEventListener('abort', release, { once: true });
    return view;
  }

  #read({ snapshot, policy: { name } }: Config, place: Place): unknown {
    const { value } = snapshot!;
    const verdict = this.#verdict(value, place);
    // in terms of the config: what the schema of the contract leaves as it is, is that of `current`
    if (verdict.kind === 'valid') return share(getAt(value, place.path), verdict.value);
    const text = `Contract ${JSON.stringify(this.name)} on config ${JSON.stringify(name)} ${verdict.why}`;
    throw new HoldfastError('SCHEMA_FAILED', text);
  }

  #verdict(value: unknown, { path, secrets }: Place): ReturnType<typeof validateNow> {
    const incompatible = this.#incompatible(getAt(value, ['version']));
    if (incompatible !== undefined) return { kind: 'invalid', why: incompatible };
    const verdict = validateNow({ schema: this.#schema, secrets }, getAt(value, path));
    if (verdict.kind === 'valid' || path.length === 0) return verdict;
    return { ...verdict, why: `at ${formatPath(path)} ${verdict.why}` };
  }

  #incompatible(version: unknown): string | undefined {
    const compatible = this.#compatible;
    if (compatible === undefined) return undefined;
    try {
      const verdict: unknown =
        typeof compatible === 'function' ? compatible(version) : isIn(compatible, version);
      if (verdict === true) return undefined;
      if (isThenable(verdict)) verdict.then(undefined, () => {});
    } catch (thrown) {
      return `cannot tell whether it can read the document: compatible() threw (${kindOfThrown(thrown)})`;
    }
    return `cannot read version ${shown(version)} of the document`;
  }

  #terms({ policy: { name } }: Config, options: RegisterContractOptions) {
    const check: OptionCheck = new OptionCheck(
      `contract ${JSON.stringify(this.name)} on config ${JSON.stringify(name)}`,
    );
    check.object('options', options, [
      'required',
      'path',
      'signal',
    ] satisfies (keyof RegisterContractOptions)[]);
    const { required = false, path = '', signal } = options;
    check.flag('required', required);
    if (typeof path !== 'string' && !(Array.isArray(path) && path.every(isKey)))
      throw check.fail('path', 'a path, dotted or in array form', path);
    if (signal !== undefined) check.methods('signal', signal, ['addEventListener']);
    return { required, path: parsePath(path), signal };
  }
}

/**
 * Says what a module needs of a config, so that the module knows neither the rest of it nor where it comes from.
 *
 * @throws {HoldfastError} `INVALID_OPTIONS`
 */
export function createContract<S extends StandardSchemaV1>(
  options: ContractOptions<S>,
): Contract<StandardSchemaV1.InferOutput<S>> {
  const check: OptionCheck = new OptionCheck('createContract()');
  check.object('options', options, [
    'name',
    'schema',
    'compatible',
  ] satisfies (keyof ContractOptions)[]);
  const { name, schema, compatible } = options;
  check.text('name', name);
  if (!isStandardSchema(schema))
    throw check.fail('schema', 'a Standard Schema validator (zod, valibot, arktype, …)', schema);
  if (compatible !== undefined && !isCompatible(compatible)) {
    throw check.fail(
      'compatible',
      'a version, a list of the first and the last one, or a function',
      compatible,
    );
  }
  return new Contract(options);
}

function isIn(
  versions: Exclude<Compatible, (version: unknown) => boolean>,
  version: unknown,
): boolean {
  const [first, last] = typeof versions === 'number' ? [versions, versions] : versions;
  return typeof version === 'number' && version >= first && version <= last;
}

function isCompatible(compatible: unknown): boolean {
  if (Array.isArray(compatible)) {
    return compatible.length === 2 && compatible.every(isVersion) && compatible[0] <= compatible[1];
  }
  return typeof compatible === 'function' || isVersion(compatible);
}

function isKey(key: unknown): boolean {
  return typeof key === 'string' || Number.isInteger(key);
}

function isVersion(version: unknown): boolean {
  return typeof version === 'number' && version >= 0 && version < Infinity;
}

/** A version is no secret, but what stands in its place may be anything. */
function shown(version: unknown): string {
  return typeof version === 'number'
    ? String(version)
    : `(${version === undefined ? 'none' : typeof version})`;
}
