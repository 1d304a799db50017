import { isLoadError, systemClock } from '@holdfast/core';
import { fileLoader } from '@holdfast/loaders/file';
import { jws } from '@holdfast/loaders/jws';
import { verified } from '@holdfast/loaders/verified';

/** A program beside which no package is installed: reads the files that lie beside it, the last one as signed. */
process.chdir(import.meta.dirname);
const limits = { maxWireBytes: 1_000, maxBytes: 1_000, maxDepth: 10, maxKeys: 10 };
const time = { ...systemClock, sleep: async () => {} };
const told: string[] = [];
const loaders = ['app.json', 'app.yaml', 'app.toml', 'app.json5'].map((path) =>
  fileLoader({ path }),
);
const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const signed = verified(fileLoader({ path: 'signed.json' }), { by: jws({ keys: { key } }) });
for (const loader of [...loaders, signed]) {
  const request = { signal: new AbortController().signal, time, limits };
  told.push(
    await loader.load(request).then(
      ({ kind }) => kind,
      (error: unknown) => (isLoadError(error) ? `${error.retry} ${error.message}` : String(error)),
    ),
  );
}
process.stdout.write(JSON.stringify(told));
