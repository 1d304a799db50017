// What each of many clients takes that have nothing to do, of whom the command line names; alone in this process.
import { heapUsed } from '../harness/measure.ts';
import { PEERS } from './all.ts';
import type { PeerClient } from './sdk.ts';

const CLIENTS = 1000;
/** The smallest document that our server makes. */
const BYTES = 1;

const [name, origin] = process.argv.slice(2) as [string, string];
const peer = PEERS.find(({ label }) => label === name)!;
// what the first one brings for all of them does not count
const clients: PeerClient[] = [await peer.connect(origin, BYTES, 'first')];
const before = heapUsed();
for (let i = 0; i < CLIENTS; i += 1) clients.push(await peer.connect(origin, BYTES, `key-${i}`));
const bytes = (heapUsed() - before) / CLIENTS;
for (const { close } of clients) close();
process.send!(bytes, () => process.exit(0));
