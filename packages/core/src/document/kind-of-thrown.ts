/**
 * What was thrown, in a word: `TypeError`, or `string`. All that is said of it where its message may quote a document,
 * as the engine's own messages do. Never throws itself.
 */
export function kindOfThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.constructor.name : typeof thrown;
  } catch {
    // an error that does not tell
    return typeof thrown;
  }
}
