// The first value by whom the command line names.
import { PEERS } from './all.ts';

const [url, name] = process.argv.slice(2) as [string, string];
const { origin, pathname } = new URL(url);
const peer = PEERS.find(({ label }) => label === name)!;
const client = await peer.connect(origin, Number(pathname.split('/')[2]));
await client.read(1);
console.log(performance.now());
client.close();
process.exit(0);
