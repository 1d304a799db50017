/**
 * Run as a process of its own, with the name of SRV records: a server of DNS on loopback that knows `_config._tcp.test`,
 * the system's resolver set to it, and a config over `firstOf` that asks it. Prints what came of it as JSON.
 */
import { createSocket } from 'node:dgram';
// as an application may: the names of this import do not follow `setServers()`
import { setServers } from 'node:dns/promises';
import { createConfigManager, LoadError } from '@holdfast/core';
import { firstOf } from '../first-of.ts';
import { functionLoader } from '../function.ts';

const [, , srv = ''] = process.argv;
const KNOWN = '_config._tcp.test';
const RECORDS = [
  { priority: 20, weight: 1, port: 8_443, target: 'b.test' },
  { priority: 10, weight: 1, port: 443, target: 'a.test' },
];

const words = (...values: readonly number[]): Buffer =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));

const nameOf = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((part) => Buffer.from([part.length, ...Buffer.from(part)])),
    Buffer.from([0]),
  ]);

/** RFC 1035 §4.1, RFC 2782. */
function answerTo(query: Buffer): Buffer {
  const name = nameOf(KNOWN);
  const isKnown = query.subarray(12, 12 + name.length).equals(name);
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const answers = (isKnown ? RECORDS : []).map(({ priority, weight, port, target }) => {
    const data = Buffer.concat([words(priority, weight, port), nameOf(target)]);
    // the name of the question, type SRV, class IN, 60 s
    return Buffer.concat([words(0xc00c, 33, 1, 0, 60, data.length), data]);
  });
  const head = [query.readUInt16BE(0), isKnown ? 0x8180 : 0x8183, 1, answers.length, 0, 0];
  return Buffer.concat([words(...head), question, ...answers]);
}

const socket = createSocket('udp4');
socket.on('message', (query, { port, address }) => socket.send(answerTo(query), port, address));
await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve));
setServers([`127.0.0.1:${socket.address().port}`]);

const asked: string[] = [];
const manager = createConfigManager();
const app = manager.register<{ from: string }>('app', {
  loader: firstOf({
    srv,
    loader: ({ host, port }) => {
      const name = `${host}:${port}`;
      const load = (): { from: string } => {
        asked.push(name);
        if (host === 'a.test') throw new LoadError('down');
        return { from: name };
      };
      return functionLoader(load, { name });
    },
  }),
});
const outcome = await app.refresh();
const said = outcome.kind === 'failed' ? outcome.error.message : app.current.from;
console.log(JSON.stringify({ asked, said }));
await manager.close();
socket.close();
