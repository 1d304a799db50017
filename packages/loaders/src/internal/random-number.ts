/** From 0 to 1, without 1. */
export function randomNumber(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}
