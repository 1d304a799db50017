import { configServer } from '../config-server.ts';

// Run as a process of its own: it must end although the server still listens and still answers.
const server = await configServer({ unref: true, documents: { '/': { text: 'x'.repeat(1_000) } } });
await server.fault({ kind: 'drip', everyMs: 50 });
const holdsThisProcess = setInterval(() => undefined, 1_000);
const answer = await fetch(server.url('/'));
await answer.body!.cancel();
clearInterval(holdsThisProcess);
process.stdout.write(`${answer.status} answered\n`);
