/** What a case found; anything but a violation of its rule is an error. */
export async function seenBy(rule: string, run: () => Promise<void>): Promise<string> {
  const error: unknown = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error && error.name === 'ContractViolation') {
    const [before, seen] = error.message.split(' Seen: ');
    if (before === rule && seen !== undefined) return seen;
  }
  throw new Error('Expected a violation of the rule', { cause: error });
}
