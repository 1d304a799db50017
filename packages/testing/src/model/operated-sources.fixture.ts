import { type MockLoader, mockLoader } from '../mock-loader.ts';
import type { OperatedModel } from './operated-model.fixture.ts';
import type { Candidate, Content } from './operated-value.fixture.ts';

/** What a source may do instead of giving its document. */
export interface Wrong {
  readonly source: number;
  readonly how: 'failed' | 'unchanged';
}

/** Two sources, and what they would give. */
export class OperatedSources {
  readonly loaders = [mockLoader({ name: 'low' }), mockLoader({ name: 'high' })] as const;
  readonly #served: (Content | undefined)[] = [undefined, undefined];
  #wrong: Wrong | undefined;

  /** How often each was read. */
  get loads(): readonly number[] {
    return this.loaders.map(({ loads }) => loads);
  }

  publish(source: number, doc: Content): void {
    // another one each time, as it is for the source
    this.#served[source] = { ...doc };
    this.#loader(source).next(doc as never);
  }

  /** The source has nothing any more. */
  remove(source: number): void {
    this.#served[source] = undefined;
    this.#loader(source).absent();
  }

  /** Until `done` a source fails, or says that nothing has changed, whatever it has. */
  async while(wrong: Wrong, done: () => Promise<void>, ignores: boolean): Promise<void> {
    const loader = this.#loader(wrong.source);
    if (ignores) loader.next({});
    else if (wrong.how === 'failed') loader.fail(Infinity);
    else loader.unchanged(Infinity);
    this.#wrong = wrong;
    await done();
    this.#wrong = undefined;
    loader.heal();
  }

  /** What comes of it when both are read. */
  arrivals({ docs }: OperatedModel): readonly Candidate[] {
    return this.#served.flatMap((doc, source) => {
      if (this.#wrong?.source !== source) return doc ? [{ source, doc }] : [];
      // who says wrongly that nothing has changed confirms what is there
      const known = this.#wrong.how === 'unchanged' ? docs[source] : undefined;
      return known ? [{ source, doc: known }] : [];
    });
  }

  #loader(source: number): MockLoader {
    return this.loaders[source]!;
  }
}
