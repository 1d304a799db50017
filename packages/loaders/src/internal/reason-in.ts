/** What the message of a loader's error says after its title, which most have: `Cannot load X: `. */
export function reasonIn(message: string, name: string): string {
  const title = `Cannot load ${name}: `;
  return message.startsWith(title) ? message.slice(title.length) : message;
}
