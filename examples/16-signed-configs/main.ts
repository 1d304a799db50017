import { createConfigManager } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { detached, verified } from '@holdfast/loaders/verified';
import { publicKey, publish, put, url } from './release-team.ts';

interface AppConfig {
  readonly version: number;
  readonly expires: string;
  readonly payTo: string;
}

const loader = verified(httpLoader({ url }), {
  by: detached({
    keys: { 'release-2026': publicKey },
    signature: httpLoader({ url: `${url}.sig` }),
  }),
  version: 'version',
  expires: 'expires',
});
const manager = createConfigManager();
const app = manager.register<AppConfig>('payments', { loader });

async function poll(what: string): Promise<void> {
  const outcome = await app.refresh();
  const why = outcome.kind === 'failed' ? `: ${outcome.error.message.split(': ').at(-1)}` : '';
  console.log(`${what}: ${outcome.kind}${why}`);
  console.log(`  pays to ${app.current.payTo} (version ${app.current.version})`);
}

const inADay = new Date(Date.now() + 86_400_000).toISOString();
const first = publish({ version: 1, expires: inADay, payTo: 'the old bank' });
await app.ready();
console.log(`Started: pays to ${app.current.payTo}`);

const second = publish({ version: 2, expires: inADay, payTo: 'the new bank' });
await poll('Signed');

put(second.replace('the new bank', 'somebody else'));
await poll('Changed on the way');

put(first); // with its own signature, which is as good as ever
await poll('The old one again');

publish({ version: 3, expires: '2026-01-01T00:00:00Z', payTo: 'the new bank' });
await poll('Over already');

publish({ version: 4, expires: inADay, payTo: 'both banks' });
await poll('Signed again');

await manager.close();
