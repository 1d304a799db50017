import { Load } from './load.ts';
import { LogLines } from './log-lines.ts';
import { publish, url } from './server.ts';
import { buildService } from './service.ts';

const log = new LogLines();
const { fastify, config } = await buildService(url, log);
const load = new Load(await fastify.listen({ host: '127.0.0.1', port: 0 }));

await load.more(500);
console.log(await load.health(), `log lines: ${log.count > 0 ? 'yes' : 'none'}`);

publish({ logLevel: 'info', pool: { size: 16 } });
await config.changes().next(); // the next poll finds it
await load.more(500);
console.log(await load.health(), `log lines: ${log.count > 0 ? 'yes' : 'none'}`);

await load.stop();
await fastify.close();
console.log('All requests by status:', load.answers);
