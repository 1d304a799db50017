// A document by the platform's fetch, without an SDK.
const response = await fetch(process.argv[2]);
const { services } = JSON.parse(await response.text());
if (services['service-0'].timeoutMs !== 1000) throw new Error('another document');
console.log(performance.now());
