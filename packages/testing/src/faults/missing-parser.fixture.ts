import { isLoadError, systemClock } from '@holdfast/core';
import { fileLoader } from '@holdfast/loaders/file';

/** A program beside which no parser is installed: reads the files that lie beside it. */
process.chdir(import.meta.dirname);
const limits = { maxWireBytes: 1_000, maxBytes: 1_000, maxDepth: 10, maxKeys: 10 };
const time = { ...systemClock, sleep: async () => {} };
const told: string[] = [];
for (const path of ['app.json', 'app.yaml', 'app.toml', 'app.json5']) {
  const request = { signal: new AbortController().signal, time, limits };
  told.push(
    await fileLoader({ path })
      .load(request)
      .then(
        ({ kind }) => kind,
        (error: unknown) =>
          isLoadError(error) ? `${error.retry} ${error.message}` : String(error),
      ),
  );
}
process.stdout.write(JSON.stringify(told));
