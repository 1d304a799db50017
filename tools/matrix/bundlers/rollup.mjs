import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

const [entry, dir] = process.argv.slice(2);
const bundle = await rollup({
  input: { use: entry },
  plugins: [
    nodeResolve({ exportConditions: ['node'], preferBuiltins: true }),
    // undici asks for it only where it is there; hoisted, it would be asked for everywhere
    commonjs({ ignore: ['node:sqlite'] }),
  ],
});
await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs' });
