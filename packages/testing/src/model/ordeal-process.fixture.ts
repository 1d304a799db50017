import type {
  ConfigHandle,
  ConfigManager,
  EventType,
  JsonValue,
  UntypedConfigOptions,
} from '@holdfast/core';
import { isHoldfastError } from '@holdfast/core';
import { createTestManager } from '../create-test-manager.ts';
import { isFrozen, same } from './checks.fixture.ts';
import { isWhole } from './ordeal-source.fixture.ts';
import type { OrdealWorld } from './ordeal-world.fixture.ts';

export type OrdealValue = Readonly<Record<string, JsonValue>>;

/** What listeners are called for: an event of the manager, or a change of the value. */
export type Moment = EventType | 'change';

/** The options that every process of an ordeal has. */
export const policy = {
  polling: { intervalMs: 60_000, maxIntervalMs: 300_000, deadlineMs: 5_000 },
  updates: { max: 3, windowMs: 60_000 },
  maxStaleMs: 10 * 3_600_000,
} as const;

/** Served where no source has anything. */
export const defaults = { byDefault: true } as const;

/** One process from its start to its end: what an application has of a config, and what it sees of it. */
export class OrdealProcess {
  readonly manager: ConfigManager;
  readonly app: ConfigHandle<OrdealValue>;
  readonly other: ConfigHandle<OrdealValue>;
  readonly world: OrdealWorld;
  /** Nothing that it began goes on. */
  ended = false;
  #version = 0;

  constructor(world: OrdealWorld) {
    const { clock, terms } = world;
    this.world = world;
    this.manager = createTestManager({
      clock,
      cache: world.cache.of(this),
      seed: terms.seed,
      breaker: { failures: 3 },
    }).manager;
    this.app = this.manager.register<OrdealValue>('app', {
      ...policy,
      sources: world.sources.map(({ name, loader, optional }) => ({ name, loader, optional })),
      lazy: terms.lazy,
      ...(terms.defaults && { defaults }),
      ...(terms.schema !== 'none' && { schema: schemaOf(terms.schema) }),
    } as unknown as UntypedConfigOptions<OrdealValue>) as ConfigHandle<OrdealValue>;
    this.other = this.manager.register<OrdealValue>('other', {
      // seldom asked: it is there for what operators do
      polling: { intervalMs: 3_600_000 },
      loader: world.other.loader,
      defaults,
    } as unknown as UntypedConfigOptions<OrdealValue>) as ConfigHandle<OrdealValue>;
    this.manager.on('*', ({ type }) => this.#tell(type));
    this.app.onChange((value, { version, trigger }) => {
      this.#look(value, version);
      if (trigger === 'override') this.#lookAtPair(value);
      return this.#tell('change');
    });
    this.other.onChange((value, { trigger }) => {
      if (trigger === 'override') this.#lookAtPair(value);
    });
  }

  get closed(): boolean {
    return this.app.status.state === 'closed';
  }

  /** The value in force; undefined where there is none. Reading is a deed: a lazy config begins. */
  read(): OrdealValue | undefined {
    try {
      const { current, status } = this.app;
      this.#look(current, status.version);
      return current;
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'NO_VALUE')
        same(this.#version, 0, 'no value after version');
      else throw error;
      return undefined;
    }
  }

  /** What must hold of every value, whenever it is seen. */
  #look(value: OrdealValue, version: number): void {
    const names = this.world.sources.map(({ name }) => name);
    this.world.must(isFrozen(value), 'a value can be written to');
    this.world.must(isWhole(value, names), `half a change: ${JSON.stringify(value)}`);
    this.world.must(version >= this.#version, `version ${version} after ${this.#version}`);
    this.#version = version;
  }

  /** What comes with a transaction comes for both. */
  #lookAtPair({ mark }: OrdealValue): void {
    // only the first time: later, somebody may have taken something else away
    if (mark === undefined || !this.world.paired.delete(mark)) return;
    const marks = [this.read()?.['mark'], this.other.current['mark']];
    this.world.must(marks[0] === marks[1], `half a transaction: ${JSON.stringify(marks)}`);
  }

  /** Something happens: whoever waited for it acts within the listener. */
  #tell(moment: Moment): unknown {
    return this.world.reactionTo(moment)?.run(this);
  }
}

/** Takes what has a part of each source that has one: at once or, as a schema may, later. */
function schemaOf(kind: 'quick' | 'slow') {
  const validate = (value: OrdealValue) =>
    Object.values(value).includes(null) ? { issues: [{ message: 'no part' }] } : { value };
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: kind === 'quick' ? validate : async (value: OrdealValue) => validate(value),
    },
  };
}
