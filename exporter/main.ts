// `npm run exporter`: a proxy in front of Ollama, LiteLLM or any server with OpenAI's endpoints, and what goes through it as metrics.
import { startExporter } from '../lib/exporter/exporter.ts';
import { readSettings } from '../lib/exporter/settings.ts';
import { HELP } from './help.ts';
import { log } from './log.ts';

const [argument] = process.argv.slice(2);
if (argument === '--help' || argument === '-h') process.stdout.write(HELP);
else if (argument !== undefined)
  refuse(['it takes no arguments but --help: everything is said by environment variables']);
else await run();

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  if ('mistakes' in settings) return refuse(settings.mistakes);
  // Nobody left to read the log is no reason to stop serving.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const exporter = await startExporter(settings, log).catch((error: Error) => refuse([error.message]));
  if (exporter === undefined) return;
  let isEnding = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // A second one ends it at once.
      if (isEnding) process.exit(1);
      isEnding = true;
      void exporter.stop().then(() => process.exit(0));
    });
}

function refuse(mistakes: readonly string[]): void {
  for (const mistake of mistakes) process.stderr.write(`error: ${mistake}\n`);
  process.stderr.write('(--help tells every variable)\n');
  process.exitCode = 2;
}
