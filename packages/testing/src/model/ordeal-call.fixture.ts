import fc from 'fast-check';
import type { OrdealProcess } from './ordeal-process.fixture.ts';

/** Something that an application or its operator does, anywhere: in a listener, too. */
export interface Call {
  readonly run: (process: OrdealProcess) => unknown;
  /** What a failure shows. */
  readonly toJSON: () => string;
}

export function call<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (process: OrdealProcess, argument: T) => unknown,
): fc.Arbitrary<Call> {
  return arbitrary.map((argument) => {
    const shown = (): string => `${name}(${JSON.stringify(argument) ?? ''})`;
    // in steps, and in what stays the same throughout an ordeal
    const told = { toJSON: shown, [fc.toStringMethod]: shown };
    return { run: (process) => run(process, argument), ...told };
  });
}

/** A call that gives a promise, which must settle; how it does is its own affair. */
export function asked<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (process: OrdealProcess, argument: T) => Promise<unknown>,
): fc.Arbitrary<Call> {
  return call(name, arbitrary, (process, argument) => {
    process.world.promised(name, run(process, argument));
  });
}

export const nothing = fc.constant(undefined);
