import { share } from '../document/share.ts';
import type { Pin, SourceDocument } from '../state/inputs.ts';

/** Whether it is not to come into force by itself. @param all Whether a pin of everything counts. */
export function isBarred(
  pin: Pin | undefined,
  { source, document: { raw } }: { source: number; document: SourceDocument },
  all: boolean,
): boolean {
  if (pin === undefined) return false;
  if (pin.kind === 'all' && all) return true;
  const barred = pin.barred[source] ?? [];
  return barred.some((document) => share(document, raw) === document);
}
