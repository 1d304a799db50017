import type { ConfigManager, Loader } from '@holdfast/core';
import { z } from 'zod';

const schema = z.object({
  enabled: z.boolean(),
  sender: z.email(),
});

/** Sends mail as its config says. It is given its manager and loader, so that a test can give it others. */
export async function startMailer(manager: ConfigManager, loader: Loader) {
  const config = manager.register('mailer', { loader, schema });
  await config.ready();
  return {
    /** The line that goes to the mail server; nothing while sending is off. */
    send(recipient: string): string | undefined {
      const { enabled, sender } = config.current;
      return enabled ? `from ${sender} to ${recipient}` : undefined;
    },
  };
}
