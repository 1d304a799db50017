import type { AuditTrail } from './cycle/audit.ts';
import type { AuditListOptions } from './options/audit.ts';
import type { AuditRecord } from './ports/audit.ts';

/** What changed values, when, by whom and why: the audit trail of a manager. */
export class Audit {
  readonly #trail: () => Promise<AuditTrail>;

  /** @internal */
  constructor(trail: () => Promise<AuditTrail>) {
    this.#trail = trail;
  }

  /** Records that are still in memory, newest first. @throws {HoldfastError} `INVALID_OPTIONS` */
  async list(options: AuditListOptions = {}): Promise<readonly AuditRecord[]> {
    return (await this.#trail()).list(options);
  }
}
