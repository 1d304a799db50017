/** What is used of an `IDBRequest`. Types of our own, since not every program has those of browsers. */
export interface DbRequest<T = unknown> {
  /** Once it succeeded. */
  readonly result: T;
  /** Once it failed. */
  readonly error: unknown;
  /** Calls back when the event happens. */
  addEventListener(type: string, listener: () => void): void;
}

/** What is used of an `IDBFactory`. */
export interface IndexedDbFactory {
  /** Opens a database, or makes it. */
  open(name: string, version: number): DbRequest<Database>;
}

interface Database {
  createObjectStore(name: string): unknown;
  transaction(stores: string[], mode: 'readonly' | 'readwrite'): Transaction;
  close(): void;
}

interface Transaction {
  readonly error: unknown;
  objectStore(name: string): Store;
  addEventListener(type: string, listener: () => void): void;
}

/** What is used of an `IDBObjectStore`. */
interface Store {
  get(key: string): DbRequest;
  getKey(key: string): DbRequest;
  put(value: unknown, key: string): DbRequest;
  delete(key: string): DbRequest;
}

/** The stores of the database, within one transaction. */
export interface Stores {
  /** Key to generations, newest first. */
  readonly records: Store;
  /** Key to the time at which the newest generation was confirmed since it was written. */
  readonly confirmed: Store;
}

/** Counts the layouts of the stores. */
const VERSION = 1;
const NAMES: readonly (keyof Stores)[] = ['records', 'confirmed'];

/** Which database, and what for. */
interface Access {
  readonly factory: IndexedDbFactory;
  readonly name: string;
  readonly mode: 'readonly' | 'readwrite';
}

/** Runs `action` in a transaction; what it changed happens whole or not at all. Waits for nothing but its requests. */
export async function transact<T>(
  { factory, name, mode }: Access,
  action: (stores: Stores) => Promise<T>,
): Promise<T> {
  const database = await open(factory, name);
  try {
    const transaction = database.transaction([...NAMES], mode);
    const stores = {
      records: transaction.objectStore('records'),
      confirmed: transaction.objectStore('confirmed'),
    };
    const [result] = await Promise.all([action(stores), completionOf(transaction)]);
    return result;
  } finally {
    database.close();
  }
}

/** What a request gives. */
export function resultOf<T>(request: DbRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(errorOf(request)));
  });
}

function open(factory: IndexedDbFactory, name: string): Promise<Database> {
  const request = factory.open(name, VERSION);
  request.addEventListener('upgradeneeded', () => {
    for (const store of NAMES) request.result.createObjectStore(store);
  });
  return resultOf(request);
}

function completionOf(transaction: Transaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    // an error aborts it too, and so does a disk that is full when it is to be completed
    transaction.addEventListener('abort', () => reject(errorOf(transaction)));
  });
}

function errorOf({ error }: { readonly error: unknown }): Error {
  return error instanceof Error ? error : new Error('the transaction was aborted');
}
