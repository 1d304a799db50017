import { getAt, isTree, Validation } from '../lazy-base.ts';
import type { CycleTools } from './tools.ts';

/**
 * Tells of defaults that are wrong by themselves: where they have something, the schema wants something else. What they
 * lack a document may bring. Never rejects.
 */
export async function tellWrongDefaults({ policy, context, subject }: CycleTools): Promise<void> {
  const { defaults: document, secrets } = policy;
  try {
    const verdict = await new Validation(policy).run(document);
    if (verdict.kind !== 'issues') return;
    const { describeObjection, pathOf } = await import('./describe-issues.ts');
    const issues = verdict.issues.filter((issue) => {
      const value = getAt(document, pathOf(issue));
      return value !== undefined && !isTree(value);
    });
    if (issues.length === 0 || subject.closed) return;
    const why = describeObjection({ kind: 'issues', issues }, { document, secrets });
    const source = policy.sources[0]!.name;
    const message = `A part of the defaults ${why}`;
    context.events.emit('config.warned', policy.name, () => ({ source, message }));
  } catch {
    // its issues are none: whoever needs the defaults alone is told so
  }
}
