// Stands in for your bundler, your web server and your config server: each line that is typed becomes the banner of the
// page, and the end of the input ends it.
import { createInterface } from 'node:readline';
import { configServer } from '@holdfast/testing/config-server';
import { build } from 'esbuild';

const html =
  '<!doctype html><title>Holdfast</title><main></main><script type="module" src="/main.js"></script>';

const bundle = await build({
  entryPoints: ['main.tsx'],
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  write: false,
});

const server = await configServer();
server.set('/', html, { headers: { 'content-type': 'text/html' } });
server.set('/main.js', bundle.outputFiles[0]!.contents, {
  headers: { 'content-type': 'text/javascript' },
});
server.set('/config.json', { banner: 'Hello', theme: 'dark' });

console.log(`Open ${server.url('/')} and type a new banner here:`);
for await (const banner of createInterface({ input: process.stdin }))
  server.edit<object>('/config.json', (config) => ({ ...config, banner }));
await server.close();
