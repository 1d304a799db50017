import { build } from 'esbuild';

const [entry, outdir] = process.argv.slice(2);
await build({
  entryPoints: [entry],
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // CommonJS in a bundle of ESM asks for Node's modules by require()
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
