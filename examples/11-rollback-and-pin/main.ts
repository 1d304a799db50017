import { createConfigManager, formatPath } from '@holdfast/core';
import { httpLoader } from '@holdfast/loaders/http';
import { z } from 'zod';
import { publish, url } from './server.ts';

const manager = createConfigManager();
const shop = manager.register('shop', {
  loader: httpLoader({ url }),
  schema: z.object({ banner: z.string(), discount: z.number().max(90) }),
});
await shop.ready();

function show(when: string): void {
  const { version, pinned = 'nothing' } = shop.status;
  console.log(`${when}: ${shop.current.discount} % off (version ${version}, pinned: ${pinned})`);
}

show('At first');
const good = await shop.snapshot({ description: 'before the sale', tags: ['sale'], by: 'ann' });

publish({ banner: 'Sale', discount: 50 }); // somebody meant 5
await shop.refresh();
show('Published');

const { changes } = await shop.diff(good.id);
console.log(
  `Since "${good.description}": ${changes.map(({ path }) => formatPath(path)).join(', ')}`,
);

await shop.rollback(good.id, { by: 'ann', reason: 'half of the price is gone' });
show('Rolled back');

await shop.refresh();
show('Polled again');

publish({ banner: 'Sale', discount: 15 });
await shop.refresh();
show('Mended');

await shop.pin({ by: 'ann', reason: 'no changes during the sale' });
publish({ banner: 'Welcome', discount: 5 });
await shop.refresh();
show('During the sale');

await shop.unpin({ by: 'ann', reason: 'the sale is over' });
show('After it');

for (const { version, trigger, by = 'the source' } of await shop.versions()) {
  console.log(`  version ${version}: ${trigger}, ${by}`);
}
await manager.close();
