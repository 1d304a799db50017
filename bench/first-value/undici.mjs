// A document by undici, without an SDK.
import { request } from 'undici';

const { body } = await request(process.argv[2]);
const { services } = JSON.parse(await body.text());
if (services['service-0'].timeoutMs !== 1000) throw new Error('another document');
console.log(performance.now());
