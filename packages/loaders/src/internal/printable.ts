/** Text of somebody else, fit for one line of a message: short, and without control characters. */
export function printable(text: string, length = 64): string {
  return text.slice(0, length).replaceAll(/[^\x20-\x7e]/g, '.');
}
