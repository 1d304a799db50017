const TEXTS = {
  202: 'accepted',
  400: 'bad request',
  401: 'unauthorized',
  404: 'unknown config',
  405: 'POST only',
  413: 'too long',
  429: 'too many',
} as const;

/** What a sender is answered, with what it may do about it. */
export function answer(status: keyof typeof TEXTS, told: string = TEXTS[status]): Response {
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
  if (status === 405) headers['allow'] = 'POST';
  if (status === 429) headers['retry-after'] = '60';
  return new Response(`${told}\n`, { status, headers });
}
