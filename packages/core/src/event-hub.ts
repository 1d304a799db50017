import { isThenable } from './document/kind.ts';
import { HoldfastError, messageOf } from './errors.ts';
import type { EventType, HoldfastEvent, HoldfastEvents, Unsubscribe } from './events.ts';
import type { Clock } from './ports/clock.ts';

/** A listener of the event stream. */
export type HoldfastListener<K extends EventType> = (event: HoldfastEvent<K>) => unknown;

/** The part of Node's `diagnostics_channel` that is used where it exists. */
interface DiagnosticsChannel {
  channel(name: string): Channel;
}

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Hands events to listeners. One that throws harms neither the others nor whoever emitted, and none can rewrite one. */
export class EventHub {
  readonly #clock: Clock;
  readonly #listeners = new Map<EventType | '*', Set<{ readonly call: HoldfastListener<never> }>>();
  readonly #channels = new Map<EventType, Channel>();
  readonly #diagnostics: DiagnosticsChannel | undefined = findDiagnostics();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  on<K extends EventType>(type: K | '*', call: HoldfastListener<K>): Unsubscribe {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    const subscription = { call: call as HoldfastListener<never> };
    listeners.add(subscription);
    return () => {
      listeners.delete(subscription);
      if (listeners.size === 0 && this.#listeners.get(type) === listeners)
        this.#listeners.delete(type);
    };
  }

  /** Whether somebody listens to events of this type: asked where even the making of details would cost too much. */
  hears(type: EventType): boolean {
    const heard = this.#listeners.has(type) || this.#listeners.has('*');
    return heard || this.#channelOf(type)?.hasSubscribers === true;
  }

  /** `details` is called only when somebody listens. */
  emit<K extends EventType>(
    type: K,
    config: string,
    details: () => Omit<HoldfastEvents[K], 'config' | 'at'>,
  ): void {
    if (!this.hears(type)) return;
    const own = this.#listeners.get(type);
    const all = this.#listeners.get('*');
    const channel = this.#channelOf(type);
    const event = Object.freeze(
      Object.defineProperties(
        { type, config, at: this.#clock.now() },
        Object.getOwnPropertyDescriptors(details()),
      ),
    ) as HoldfastEvent<never>;
    // what goes wrong in a listener of `listener.failed` is not reported to it again, or it would never end
    const report = type !== 'listener.failed';
    const listeners = [...(own ?? []), ...(all ?? [])];
    for (const listener of listeners) {
      // who was unsubscribed by another one of them is not called any more
      if (!own?.has(listener) && !all?.has(listener)) continue;
      this.guard(config, `a listener of "${type}"`, () => listener.call(event), report);
    }
    if (channel?.hasSubscribers)
      this.guard(config, 'diagnostics_channel', () => channel.publish(event), report);
  }

  #channelOf(type: EventType): Channel | undefined {
    if (this.#diagnostics === undefined) return undefined;
    const known = this.#channels.get(type);
    if (known) return known;
    const channel = this.#diagnostics.channel(`holdfast:${type}`);
    this.#channels.set(type, channel);
    return channel;
  }

  /** Calls foreign code. What it throws, or rejects with later, becomes one `listener.failed`, where that is to be reported. */
  guard(config: string, what: string, call: () => unknown, report = true): void {
    const failed = (cause: unknown): void => {
      if (report) this.failed(config, what, cause);
    };
    try {
      const result = call();
      if (isThenable(result)) result.then(undefined, failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Reports that foreign code failed. */
  failed(config: string, what: string, cause: unknown): void {
    this.emit('listener.failed', config, () => {
      const message = `Config ${JSON.stringify(config)}: ${what} failed: ${messageOf(cause)}`;
      return { error: new HoldfastError('LISTENER_FAILED', message, { cause }) };
    });
  }
}

/** Without an import, since browsers and workers have none. */
function findDiagnostics(): DiagnosticsChannel | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  return process?.getBuiltinModule?.('node:diagnostics_channel') as DiagnosticsChannel | undefined;
}
