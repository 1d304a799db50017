import type { EventType, HoldfastEvent, Unsubscribe } from '../events.ts';
import type { ConfigManager } from '../manager.ts';
import type { Guard } from './guard.ts';

/** The part of a manager that tells of events. */
export type Listening = Pick<ConfigManager, 'on'>;

/** What is done at which event. */
export type Listeners = { readonly [K in EventType]?: (event: HoldfastEvent<K>) => void };

/** Listens to these types alone, so that no other event is made for our sake. */
export function listen(manager: Listening, guard: Guard, listeners: Listeners): Unsubscribe[] {
  return (Object.keys(listeners) as EventType[]).map((type) => {
    const listener = listeners[type] as (event: HoldfastEvent) => void;
    return manager.on(type, (event) => {
      listener(event);
      guard.tell();
    });
  });
}
