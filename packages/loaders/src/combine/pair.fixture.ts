import type { JsonValue, Loader } from '@holdfast/core';
import { type MockLoader, mockLoader } from '@holdfast/testing';
import type { LoaderHarness } from '@holdfast/testing/contracts';

const encode = (value: JsonValue): Uint8Array =>
  new TextEncoder().encode(`# ${JSON.stringify(value)}`);

/** How one of the two loaders is broken while the contract runs. */
export type Break = 'none' | 'first fails' | 'first hangs' | 'first is absent' | 'second fails';

/** Two mirrors of one source, which decode their documents, under what `combine` makes of them. */
export function pairHarness(
  combine: (loaders: readonly Loader[]) => Loader,
  broken: Break,
): LoaderHarness {
  const document = { served: 'at first' };
  const mocks = ['a', 'b'].map((key) => mockLoader({ name: `mirror ${key}`, key, watch: true }));
  const [first, second] = mocks as [MockLoader, MockLoader];
  const inner = mocks.map((mock): Loader => ({
    ...mock,
    decode: ({ raw }) => JSON.parse(new TextDecoder().decode(raw as Uint8Array).slice(2)),
  }));
  const all = (act: (mock: MockLoader) => void) => (): void => mocks.forEach(act);
  const breakOne = (): void => {
    if (broken === 'first fails') first.fail(Infinity);
    if (broken === 'first hangs') first.delay(3_600_000);
    if (broken === 'first is absent') first.absent();
    if (broken === 'second fails') second.fail(Infinity);
  };
  const serve = (value: JsonValue, act: 'next' | 'push'): void => {
    for (const mock of mocks) {
      if (broken !== 'first is absent' || mock !== first) mock[act](encode(value));
      else mock.changed();
    }
  };
  serve(document, 'next');
  all((mock) => mock.connect())();
  breakOne();
  return {
    loader: combine(inner),
    document,
    publish: (next) => serve(next, 'push'),
    breakSource: all((mock) => mock.fail(Infinity)),
    healSource() {
      all((mock) => mock.heal())();
      breakOne();
    },
    remove: all((mock) => mock.absent()),
    hang: all((mock) => mock.delay(3_600_000)),
    restart: () => combine(inner),
    disconnect: all((mock) => mock.disconnect()),
  };
}
