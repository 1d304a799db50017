/**
 * A document of about `bytes` bytes, as services have them: many entries of a few fields. `edit` changes one leaf, near
 * the start; `last` another one, at the end.
 */
export function documentOf(bytes: number, edit = 0, last = 0): string {
  const services: Record<string, object> = {};
  for (let i = 0; i < bytes / ENTRY_BYTES; i += 1) {
    services[`service-${i}`] = {
      url: `http://service-${i}.internal:8080/api`,
      timeoutMs: 1000 + (i % 50),
      enabled: i % 3 !== 0,
      weight: i / 7,
      tags: ['blue', `zone-${i % 9}`],
      retry: { attempts: 3, backoff: 'exponential' },
    };
  }
  return JSON.stringify({ pool: { size: 8 }, revision: edit, services, last });
}

/** Bytes of one entry, nearly. */
const ENTRY_BYTES = 187;
