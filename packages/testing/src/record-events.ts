import type { ConfigManager, EventType, HoldfastEvent } from '@holdfast/core';

/** Events of a manager, as they came. */
export interface EventRecord {
  /** All of them, oldest first. */
  readonly events: readonly HoldfastEvent[];
  /** Those of one type. */
  of<K extends EventType>(type: K): readonly HoldfastEvent<K>[];
  /** Their types, oldest first: handy to compare with. */
  readonly types: readonly EventType[];
  /** Forgets what was recorded. */
  clear(): void;
  /** Records no more. */
  stop(): void;
}

/** Records the events of a manager. @param type Only these. @default {'*'} */
export function recordEvents(manager: ConfigManager, type: EventType | '*' = '*'): EventRecord {
  const events: HoldfastEvent[] = [];
  const stop = manager.on(type, (event) => void events.push(event));
  return {
    events,
    of: <K extends EventType>(wanted: K) =>
      events.filter((event) => event.type === wanted) as unknown as readonly HoldfastEvent<K>[],
    get types() {
      return events.map((event) => event.type);
    },
    clear: () => void (events.length = 0),
    stop,
  };
}
