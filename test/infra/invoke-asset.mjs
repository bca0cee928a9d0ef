// Runs in a fresh process: imports a bundle as Lambda would, hands its handler one event and sends the answer back.
// argv: path of index.mjs, the event as JSON
import { pathToFileURL } from 'node:url';

const [, , bundle, event] = process.argv;
const start = performance.now();
const { handler } = await import(pathToFileURL(bundle).href);
const importMs = Math.round(performance.now() - start);
const answer = await handler(JSON.parse(event), {}).then(
  (result) => ({ result }),
  (error) => ({ error: String(error?.stack ?? error) }),
);
process.send({ importMs, ...answer }, () => process.exit());
