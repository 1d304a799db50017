import webpack from 'webpack';

const [entry, path] = process.argv.slice(2);
const options = {
  entry: { use: entry },
  target: 'node20',
  mode: 'production',
  experiments: { outputModule: true },
  output: { path, module: true, filename: '[name].mjs', chunkFormat: 'module' },
};
webpack(options, (error, stats) => {
  if (error) throw error;
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
});
