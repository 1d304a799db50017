/** Work that ends outside the event loop's own queues, so that no number of turns would tell that it is over. */
export interface InFlight {
  /** Counts `promise` until it settles, and gives it back. */
  track<P extends PromiseLike<unknown>>(promise: P): P;
  /** Whether anything counted, or any file system request of the process, has not ended yet. */
  busy(): boolean;
}

type AsyncMethod = (...args: unknown[]) => Promise<unknown>;

/** One set of running operations per process, shared by every copy of this module that wraps `crypto.subtle`. */
const RUNNING: unique symbol = Symbol.for('holdfast.testing.subtle-in-flight');

/** What `crypto.subtle` does on other threads. */
const SUBTLE_METHODS = [
  'decrypt',
  'deriveBits',
  'deriveKey',
  'digest',
  'encrypt',
  'exportKey',
  'generateKey',
  'importKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
] as const;

/** What Node calls requests to the file system: of promises, of callbacks, and the closing of a `FileHandle`. */
const FILE_REQUESTS: ReadonlySet<string> = new Set(['FSReqPromise', 'FSReqCallback', 'CloseReq']);

/** Sees operations of `crypto.subtle` that begin after this call, file system requests where Node tells, and what is tracked. */
export function watchInFlight(): InFlight {
  const subtle = watchSubtle();
  const tracked = new Set<unknown>();
  const fileSystemIsBusy = watchFileSystem();
  return {
    track(promise) {
      countWhilePending(tracked, promise);
      return promise;
    },
    busy: () => tracked.size > 0 || subtle.size > 0 || fileSystemIsBusy(),
  };
}

/** Wraps `crypto.subtle` once per process; what the methods do, take and give stays the same. */
function watchSubtle(): ReadonlySet<unknown> {
  const methods: unknown = Object.getPrototypeOf(globalThis.crypto?.subtle ?? {});
  if (!hasMethods(methods)) return new Set();
  const running = methods[RUNNING] ?? new Set();
  if (methods[RUNNING]) return running;
  Object.defineProperty(methods, RUNNING, { value: running });
  for (const name of SUBTLE_METHODS) {
    const method = methods[name];
    if (method) methods[name] = counted(method, running);
  }
  return running;
}

type SubtleMethods = { [name in (typeof SUBTLE_METHODS)[number]]?: AsyncMethod } & {
  [RUNNING]?: Set<unknown>;
};

/** Not so where there is no `crypto.subtle`: pages that came over plain HTTP. */
function hasMethods(prototype: unknown): prototype is SubtleMethods {
  return typeof prototype === 'object' && prototype !== null && 'digest' in prototype;
}

function counted(method: AsyncMethod, running: Set<unknown>): AsyncMethod {
  return function call(this: unknown, ...args) {
    const promise = Reflect.apply(method, this, args);
    countWhilePending(running, promise);
    return promise;
  };
}

function countWhilePending(set: Set<unknown>, promise: PromiseLike<unknown>): void {
  const mark = {};
  const forget = (): void => void set.delete(mark);
  set.add(mark);
  promise.then(forget, forget);
}

/** Sees files read and written, and modules fetched by `import()`, on runtimes that tell (Node 17.3 and later). */
function watchFileSystem(): () => boolean {
  const host = (globalThis as { process?: { getActiveResourcesInfo?(): string[] } }).process;
  try {
    host?.getActiveResourcesInfo?.();
  } catch {
    // workerd has the method, and throws that it has not
    return () => false;
  }
  return () => host?.getActiveResourcesInfo?.().some((name) => FILE_REQUESTS.has(name)) ?? false;
}
