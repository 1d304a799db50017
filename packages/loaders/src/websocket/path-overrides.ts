import { isHoldfastError, type JsonValue, type Path } from '@holdfast/core';
import type { Wish } from './message.ts';
import { type OverrideTarget, pathId } from './options.ts';

type Held = Awaited<ReturnType<OverrideTarget['override']>>;

/** Of a wish that came to nothing: the code of the error, since its words are for people who may read the config. */
type Refused = (wish: Wish, why: string) => void;

/**
 * At most one override for each path, whatever is sent and however often: wishes are done one at a time, of those that
 * wait for the same path only the newest, and each takes the place of the one before it.
 */
export class PathOverrides {
  readonly #target: () => OverrideTarget;
  readonly #held = new Map<string, Held>();
  readonly #waiting = new Map<string, { readonly wish: Wish; readonly refused: Refused }>();
  #running = false;

  constructor(target: () => OverrideTarget) {
    this.#target = target;
  }

  set(wish: Wish, refused: Refused): void {
    this.#waiting.set(pathId(wish.path), { wish, refused });
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (const [id, { wish, refused }] of this.#waiting) {
      this.#waiting.delete(id);
      try {
        // oxlint-disable-next-line no-await-in-loop -- in the order in which they came
        await this.#lay(id, wish);
      } catch (error) {
        refused(wish, isHoldfastError(error) ? error.code : 'failed');
      }
    }
    this.#running = false;
  }

  async #lay(id: string, { type, path, value, ttlMs }: Wish): Promise<void> {
    const options = { by: 'websocket', reason: `the message ${type}`, ttlMs };
    const before = this.#held.get(id);
    this.#held.set(id, await this.#target().override(patchOf(path, value) as never, options));
    await before?.clear();
  }
}

function patchOf(path: Path, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);
}
