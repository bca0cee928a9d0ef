// The stub by hand: `node test/stand-ins/groq-stub-main.ts --port 8080 --answer sensible`, then start against its URL.
import { parseArgs } from 'node:util';
import { ANSWER_NAMES, type AnswerName, stubReply } from './groq-answers.ts';
import { startGroqServer } from './groq-server.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8080' }, answer: { type: 'string', default: 'sensible' } },
});
const answer = ANSWER_NAMES.find((name) => name === values.answer);
const port = Number(values.port);

if (answer === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`usage: groq-stub-main.ts [--port 8080] [--answer ${ANSWER_NAMES.join('|')}]\n`);
  process.exitCode = 2;
} else {
  await serve(answer, port);
}

async function serve(name: AnswerName, atPort: number): Promise<void> {
  try {
    const server = await startGroqServer((request) => stubReply(name, request), atPort);
    process.stdout.write(`Groq stub (answers: ${name}) at ${server.url}\n`);
    process.stdout.write(`GROQ_BASE_URL=${server.url} GROQ_API_KEY=x npm start\n`);
  } catch (error) {
    process.stderr.write(`The stub cannot listen on port ${atPort}: ${String(error)}\n`);
    process.exitCode = 1;
  }
}
