import { Pool } from 'undici';

/** A poll without an SDK. */
export interface BarePoll {
  readonly poll: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One conditional request over a kept connection, its answer drained: what all polls are measured against. */
export function barePoll(origin: string, bytes: number): BarePoll {
  const pool = new Pool(origin, { connections: 1 });
  const path = `/plain/${bytes}`;
  const headers = { 'if-none-match': `"${bytes}-0-0-0"` };
  return {
    async poll() {
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      await body.dump();
      if (statusCode !== 304) throw new Error(`status ${statusCode}`);
    },
    close: () => pool.close(),
  };
}
