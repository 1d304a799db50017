import { httpLoader } from '../http.ts';
import { loadDocument } from '../http/load.fixture.ts';

/** A program of its own: loads once from the URL that it is given, closes nothing, and should come to its end. */
await loadDocument(httpLoader({ url: process.argv[2]! }));
process.stdout.write('loaded');
