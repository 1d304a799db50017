import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, constants } from 'node:zlib';
import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';

/** A program of its own, so that its memory is its own: it is sent ten bombs, and says how much it grew. */
const MIB = 2 ** 20;
const UNPACKED = 256 * MIB;

/** Brotli of 256 MiB of white space; unpacked and packed before anything is measured. */
const bomb = brotliCompressSync(Buffer.alloc(UNPACKED, ' '), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 },
});
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-encoding': 'br', 'content-length': bomb.length }).end(bomb);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const manager = createConfigManager();
const loader = httpLoader({ url: `http://127.0.0.1:${port}/`, proxyFromEnvironment: false });
const app = manager.register('app', { loader, defaults: { a: 1 } });
app.pause();
/** Of bodies and of what becomes of them: that of the process has in it what its allocator keeps for later. */
const taken = (): number => process.memoryUsage().external;
const { gc } = globalThis as unknown as { gc: () => void };
gc();
// what was packed is given back in another turn
await nextTurn();
gc();
const before = taken();
if (before > 64 * MIB) throw new Error('What was packed is still in memory');
let most = before;
const looks = setInterval(() => (most = Math.max(most, taken())), 1);
let bombs = 0;
while (bombs < 10) {
  const outcome = await app.refresh();
  if (outcome.kind !== 'failed' || !outcome.error.message.includes('longer than')) {
    throw new Error(`Not what a bomb ends in: ${outcome.kind}`);
  }
  bombs += 1;
  // what is left of them is not what one takes: V8 may not have looked at it yet
  gc();
}
clearInterval(looks);
most = Math.max(most, taken());
await manager.close();
server.close();
const grownMiB = Math.round((most - before) / MIB);
process.stdout.write(JSON.stringify({ bombs, wireBytes: bomb.length, grownMiB }));
