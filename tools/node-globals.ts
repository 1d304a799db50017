// What Node has without an import. The bundler puts these in wherever the names are meant, so that such a use shows as
// an import of Node's does.
export { default as process } from 'node:process';
export { Buffer } from 'node:buffer';
