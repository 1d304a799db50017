import { build } from 'vite';

const [entry, outDir] = process.argv.slice(2);
await build({
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: { ssr: entry, outDir, rollupOptions: { output: { entryFileNames: 'use.mjs' } } },
});
