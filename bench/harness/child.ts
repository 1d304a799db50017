// Runs the row that is named on the command line and sends what it found to the parent.
import type { Row } from './row.ts';

const { row } = (await import(process.argv[2]!)) as { row: Row };
const findings = await row.run();
process.send!(findings, () => process.exit(0));
