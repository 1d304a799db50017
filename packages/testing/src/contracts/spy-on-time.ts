/** What tells the time or sets a timer, by the object that has it. */
const DOORS: readonly (readonly [holder: object, label: string, names: readonly string[]])[] = [
  [globalThis, '', ['setTimeout', 'setInterval']],
  [Date, 'Date.', ['now']],
  [performance, 'performance.', ['now']],
  [AbortSignal, 'AbortSignal.', ['timeout']],
];

/** What {@link spyOnTime} saw. */
export interface TimeSpy {
  /** What was called, by name. */
  readonly asked: ReadonlySet<string>;
  /** Puts the globals back. */
  restore(): void;
}

/**
 * Watches the globals of time; they go on working. A timer that was begun before, such as the patience of a case, is not
 * seen, nor is whoever kept a reference of their own.
 */
export function spyOnTime(): TimeSpy {
  const asked = new Set<string>();
  const undo = DOORS.flatMap(([holder, label, names]) =>
    names.map((name) => replace(holder, name, () => asked.add(label + name))),
  );
  const own = globalThis.Date;
  const watched = new Proxy(own, {
    construct(target, args, newTarget) {
      if (args.length === 0) asked.add('new Date()');
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
  undo.push(put(globalThis, 'Date', watched));
  return {
    asked,
    restore() {
      for (const back of undo.toReversed()) back();
    },
  };
}

function replace(holder: object, name: string, onCall: () => void): () => void {
  const own = Reflect.get(holder, name) as (...args: unknown[]) => unknown;
  return put(holder, name, function watched(this: unknown, ...args: unknown[]): unknown {
    onCall();
    return own.apply(this, args);
  });
}

/** Puts `value` in place of a property, and gives what puts the old one back. */
function put(holder: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(holder, name, before);
    else Reflect.deleteProperty(holder, name);
  };
}
