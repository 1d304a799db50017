// `pnpm demo`: a config server, an application, and what happens between them. `pnpm demo --serve` keeps both running.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Narrator } from './narrator.ts';
import { tellStory } from './story.ts';
import { polling } from './tuning.ts';

const LAST_WORD_MS = 2_000;

const folder = await mkdtemp(join(tmpdir(), 'holdfast-demo-'));
const narrator = new Narrator();
narrator.opening('Holdfast', 'a config server, an application, and what happens between them');
narrator.remark(
  `Intervals and limits are short here: polls come every ${polling.intervalMs / 1_000} s or so, by default every 90 s, and more often while the document changes.`,
);
try {
  await tellStory({ narrator, folder, serve: process.argv.includes('--serve') });
  narrator.ending(`All of it happened, in ${narrator.seconds} s.`);
} catch (error) {
  narrator.failure(error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}

// whatever still holds this process open by then was left behind
setTimeout(() => {
  narrator.failure(new Error(`Something is left: ${process.getActiveResourcesInfo().join(', ')}`));
  process.exit(1);
}, LAST_WORD_MS).unref();
