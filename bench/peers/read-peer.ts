// What a read costs of whom the command line names, beside the properties of a frozen object; alone in this process.
import { frozenRead } from '../harness/frozen-read.ts';
import { interleaved, nanoseconds } from '../harness/measure.ts';
import { PEERS } from './all.ts';
import { expectAll } from './expect-all.ts';
import { importPeer } from './sdk.ts';

/** What is sent to the parent. */
export interface ReadPeer {
  readonly ns: number;
  readonly overFrozen: number;
}

const ROUNDS = 11;
const READS = 300_000;
const BYTES = 10_000;

type Read = (times: number) => unknown;

interface Getter {
  get(path: string): unknown;
}

/** Libraries that read no source by themselves; they are asked as `get('a.b')` is. */
const LIBRARIES: Readonly<Record<string, () => Promise<Getter>>> = {
  async config() {
    process.env['NODE_CONFIG'] = JSON.stringify({ pool: { size: 8 } });
    process.env['SUPPRESS_NO_CONFIG_WARNING'] = 'yes';
    return (await importPeer<{ default: Getter }>('config')).default;
  },
  async convict() {
    const { default: convict } = await importPeer<{ default: (schema: object) => Getter }>(
      'convict',
    );
    return convict({ pool: { size: { format: Number, default: 8 } } });
  },
};

async function readOf(name: string, origin: string): Promise<Read> {
  const library = await LIBRARIES[name]?.();
  if (library === undefined) {
    const { read } = await PEERS.find(({ label }) => label === name)!.connect(origin, BYTES);
    return read;
  }
  return (times) => {
    let found = 0;
    for (let i = 0; i < times; i += 1) if (library.get('pool.size') === 8) found += 1;
    return expectAll(found, times);
  };
}

/** As `nanoseconds`, for loops that may wait. */
async function nanosecondsEach(times: number, loop: Read): Promise<number> {
  const start = process.hrtime.bigint();
  await loop(times);
  return Number(process.hrtime.bigint() - start) / times;
}

const [name, origin] = process.argv.slice(2) as [string, string];
const read = await readOf(name, origin);
const frozen = frozenRead(Object.freeze({ pool: Object.freeze({ size: 8 }) }));
const ns = await interleaved(ROUNDS, {
  frozen: () => nanoseconds(READS * 10, frozen),
  peer: () => nanosecondsEach(READS, read),
});
const found: ReadPeer = { ns: ns.of('peer'), overFrozen: ns.ratio('peer', 'frozen') };
process.send!(found, () => process.exit(0));
