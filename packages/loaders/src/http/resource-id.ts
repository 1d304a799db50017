/**
 * SHA-256 of a URL, as hex: it binds a validator to one resource and, unlike the URL, may be kept. Undefined on pages
 * without TLS, which have no WebCrypto.
 */
export async function resourceId(href: string): Promise<string | undefined> {
  const { subtle } = crypto as Partial<typeof crypto>;
  if (subtle === undefined) return undefined;
  const digest = await subtle.digest('SHA-256', new TextEncoder().encode(href));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
