import { scrape } from './prometheus.ts';
import { publish, url } from './server.ts';
import { startService } from './service.ts';

const { config, metricsUrl, stop } = await startService(url);
const shown = /^config_(?:version|state|updates_total|failures_total)\b.* [^0]/;

console.log(await scrape(metricsUrl, shown));

publish({ pool: { size: 'plenty' } });
await config.refresh(); // as the next poll would
console.log('\nSomebody published a document that does not fit:');
console.log(await scrape(metricsUrl, shown));

await stop();
