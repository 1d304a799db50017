import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programPath } from './needs.fixture.ts';

const run = promisify(execFile);

/** A network of two, this machine and a namespace of its own, over a link that can be slow. */
export interface SlowLink extends AsyncDisposable {
  /** Address of the other side. */
  readonly host: string;
  /** Runs a command on the other side. */
  readonly through: readonly string[];
  /** What the other side sends comes at so many kbit/s from now on. */
  slow(kbits: number): Promise<void>;
  /** It comes as fast as it can. */
  heal(): Promise<void>;
}

/** Lays one; needs root. The addresses are those for tests of networks (RFC 2544), and lead nowhere else. */
export async function slowLink(): Promise<SlowLink> {
  const name = `hf${process.pid}`;
  const [here, there] = [`${name}a`, `${name}b`];
  // a network of four for each process, out of 198.18.0.0/16
  const third = (process.pid >> 6) & 255;
  const fourth = (process.pid & 63) * 4;
  const [own, host] = [1, 2].map((n) => `198.18.${third}.${fourth + n}`) as [string, string];
  const ip = (command: string) => run(programPath('ip')!, command.split(' '));
  const tc = (command: string) => ip(`netns exec ${name} ${programPath('tc')!} qdisc ${command}`);
  const remove = async (): Promise<void> => {
    // the kernel takes its time to empty a namespace, but not to remove a link
    await ip(`link del ${here}`).catch(() => {});
    await ip(`netns del ${name}`).catch(() => {});
  };
  await ip(`netns add ${name}`);
  try {
    await ip(`link add ${here} type veth peer name ${there} netns ${name}`);
    await ip(`addr add ${own}/30 dev ${here}`);
    await ip(`link set ${here} up`);
    await ip(`-n ${name} addr add ${host}/30 dev ${there}`);
    await ip(`-n ${name} link set ${there} up`);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    host,
    through: [programPath('ip')!, 'netns', 'exec', name],
    async slow(kbits) {
      await tc(`replace dev ${there} root tbf rate ${kbits}kbit burst 2kb limit 100kb`);
    },
    async heal() {
      await tc(`del dev ${there} root`);
    },
    [Symbol.asyncDispose]: remove,
  };
}
