// Stands in for the runtime of the platform, inside an instance: it calls the handler.
import { handler } from './handler.ts';

async function answer(name: string): Promise<void> {
  process.send?.(await handler(name));
}

process.on('message', (name: string) => void answer(name));
