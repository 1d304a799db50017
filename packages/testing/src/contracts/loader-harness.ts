import type { JsonValue, Loader } from '@holdfast/core';
import type { Harness } from './harness.ts';

/** A loader under contract, and the controls of its source. */
export interface LoaderHarness extends Harness {
  /** Made for this harness alone. */
  readonly loader: Loader;
  /** What the source serves when the harness is made. */
  readonly document: JsonValue;
  /** Makes the source serve another document; whoever watches is told. */
  publish?(document: JsonValue): Promise<void> | void;
  /** Makes every load fail, as a source does that is down. */
  breakSource?(): Promise<void> | void;
  /** Ends what `breakSource` began. */
  healSource?(): Promise<void> | void;
  /** The source stays, its document goes. */
  remove?(): Promise<void> | void;
  /** The source takes requests from now on, and never answers. */
  hang?(): Promise<void> | void;
  /** Another loader with the same options, as after a restart of the process. */
  restart?(): Loader;
  /** Ends the connections of those who watch. */
  disconnect?(): Promise<void> | void;
  /**
   * `false` for a loader whose watch hears of changes without a connection, such as by a signal or a webhook: it must
   * never say that it is connected, since polls would be put further apart although nobody may be there to tell.
   * @default {true}
   */
  readonly connects?: boolean;
  /** The credentials that the loader was given, as they are: what nobody may see. */
  readonly secrets?: readonly string[];
}

/**
 * What a loader, or the harness around it, may be unable to do. Beside the members of the harness (`publish`, …) and of the
 * loader (`watch`, `decode`, `close`) there are three claims:
 *
 * - `validators` its documents have one, so that it answers "unchanged" to who knows them
 * - `limits` it stops reading at `maxWireBytes` or `maxBytes`; where it cannot, the engine refuses afterwards
 * - `time` nothing below it asks the globals for the time or for a timer: libraries of sockets do
 */
export type LoaderNeed =
  | 'publish'
  | 'breakSource'
  | 'healSource'
  | 'remove'
  | 'hang'
  | 'restart'
  | 'disconnect'
  | 'secrets'
  | 'watch'
  | 'decode'
  | 'close'
  | 'validators'
  | 'limits'
  | 'time';

const OF_LOADER: ReadonlySet<LoaderNeed> = new Set(['watch', 'decode', 'close']);
const CLAIMS: ReadonlySet<LoaderNeed> = new Set(['validators', 'limits', 'time']);

/** Who has to meet `need` and does not. */
export function whoLacks(
  harness: LoaderHarness,
  need: LoaderNeed,
): 'loader' | 'harness' | undefined {
  if (CLAIMS.has(need)) return undefined;
  const who = OF_LOADER.has(need) ? 'loader' : 'harness';
  const owner = who === 'loader' ? harness.loader : harness;
  return Reflect.get(owner, need) === undefined ? who : undefined;
}
