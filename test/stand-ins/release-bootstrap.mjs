// Runs the functions of a release, this one or an older one, each wired from that release's own source.
// argv: the release's folder, the environment as JSON, how to reach the table as JSON
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , folder, environment, table] = process.argv;
const load = (path) => import(pathToFileURL(join(folder, path)).href);
const WIRED = { tick: 'wireTick', watchdog: 'wireWatchdog', query: 'wireQuery', command: 'wireCommand' };

let now = 0;
let said = [];
const say = (message, fields) => said.push(`${message} ${JSON.stringify(fields ?? {})}`);
const overrides = {
  clock: { now: () => now },
  log: { info: say, warn: say, error: say },
  events: { publish: async () => undefined },
  table: JSON.parse(table),
};
const { readConfig } = await load('lib/config.ts');
const config = readConfig(JSON.parse(environment));
const made = new Map();

async function handlerOf(name) {
  const { makeHandler } = await load(`functions/${name}.ts`);
  const wire = (await load(`lib/wire/${name}.ts`))[WIRED[name]];
  return makeHandler(await wire(config, overrides));
}

process.on('message', async ({ name, event, at }) => {
  now = at;
  said = [];
  try {
    if (!made.has(name)) made.set(name, await handlerOf(name));
    process.send({ ok: true, result: (await made.get(name)(event, {})) ?? null, said });
  } catch (error) {
    process.send({ ok: false, error: String(error?.message ?? error), said });
  }
});
process.send('ready');
