// The stub by hand: `npm run groq-stub -- --port 8090 --answer veto`, then start with the line it prints.
import { Command, InvalidArgumentError, Option } from 'commander';
import { complain, guardTerminal, messageOf, say, TERMINAL } from '../../cli/terminal.ts';
import { endWithNpm } from '../../local/lifetime.ts';
import { ANSWER_NAMES, type AnswerName, stubReply } from './groq-answers.ts';
import { startGroqServer } from './groq-server.ts';
import { VENDORS } from './llm-vendors.ts';

const WRONG_USE = 2;

const EXAMPLES = `
Answers:
  sensible      follows what the readings call for
  min, max      always the fewest, always the most replicas that are allowed
  random        anything between them, another each time
  veto          advises against the readings: watch each piece of advice be turned down
  seed-example  word for word the example of the seeds
  nonsense      well-formed, sure of itself, and the wrong way round
  garbage       is no advice at all

Examples:
  npm run groq-stub -- --port 8090                    then, in another terminal, the line that it prints
  npm run groq-stub -- --port 8090 --answer veto      and npm start with --speed 600 shows each veto
  npm run groq-stub -- --port 0 --answer garbage      any free port; nothing of it is ever followed
  npm run groq-stub -- --as ollama                    in the form of another server, its refusals included
It runs until Ctrl-C. No key is needed and nothing leaves this machine.`;

guardTerminal();
const command = new Command('npm run groq-stub --')
  .description('A stand-in for Groq: answers as its API does, with advice of the kind you choose.')
  .configureOutput(TERMINAL)
  .addOption(
    new Option('--port <n>', 'to listen on, on 127.0.0.1; 0 takes any that is free').default(8080).argParser(portFrom),
  )
  .addOption(new Option('--answer <kind>', 'what to answer').choices(ANSWER_NAMES).default('sensible'))
  .addOption(new Option('--as <server>', 'whose form it has').choices(Object.keys(VENDORS)).default('groq'))
  .addHelpText('after', EXAMPLES)
  .showHelpAfterError('(npm run groq-stub -- --help shows what there is)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USE))
  .parse();
const { port, answer, as } = command.opts<{ port: number; answer: AnswerName; as: keyof typeof VENDORS }>();
const vendor = VENDORS[as];
endWithNpm(() => process.exit(0));

try {
  const script = vendor.script((request) => stubReply(answer, request));
  const server = await startGroqServer(script, port, vendor.place);
  const models = as === 'groq' ? '' : `GROQ_MODELS=${vendor.model} `;
  say(`${as} stub (answers: ${answer}) at ${server.url}`);
  say(`GROQ_BASE_URL=${server.url}${vendor.root} ${models}GROQ_API_KEY=x npm start`);
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const why = isTaken ? 'it is in use: choose another with --port N, or --port 0' : messageOf(error);
  complain(`error: the stub cannot listen on port ${port}: ${why}`);
  process.exitCode = 1;
}

function portFrom(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535.');
}
