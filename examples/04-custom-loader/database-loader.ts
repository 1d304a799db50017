import { LoadError, type Loader } from '@holdfast/core';
import type { Database } from './database.ts';

/** Reads a document from a row, and hears of its changes. */
export function databaseLoader(database: Database, row: string): Loader {
  const name = `database ${row}`;
  const key = `${database.address}/${row}`;
  return {
    name,
    key,
    async load({ signal, known }) {
      const found = await database.read(row, { signal }).catch((cause: unknown) => {
        signal.throwIfAborted(); // the engine gave up: no failure of the source
        throw new LoadError(`Cannot load ${name}: ${String(cause)}`, { cause });
      });
      if (found === undefined) return { kind: 'absent' };
      const revision = String(found.revision);
      if (known?.origin === key && known.revision === revision) return { kind: 'unchanged' };
      return { kind: 'loaded', raw: found.document, validator: { origin: key, revision } };
    },
    async watch(request) {
      const { closed } = await database.listen(row, () => request.changed(), request);
      request.connected();
      await closed;
    },
  };
}
