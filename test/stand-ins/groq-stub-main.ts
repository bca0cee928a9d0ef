// The stub by hand: `npm run groq-stub -- --port 8080 --answer sensible --as ollama`, then start against its URL.
import { parseArgs } from 'node:util';
import { ANSWER_NAMES, type AnswerName, stubReply } from './groq-answers.ts';
import { startGroqServer } from './groq-server.ts';
import { VENDORS, type Vendor } from './llm-vendors.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    answer: { type: 'string', default: 'sensible' },
    as: { type: 'string', default: 'groq' },
  },
});
const answer = ANSWER_NAMES.find((name) => name === values.answer);
const vendor = Object.values(VENDORS).find(({ name }) => name === values.as);
const port = Number(values.port);

if (answer === undefined || vendor === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(
    `usage: groq-stub-main.ts [--port 8080] [--answer ${ANSWER_NAMES.join('|')}] [--as ${Object.keys(VENDORS).join('|')}]\n`,
  );
  process.exitCode = 2;
} else {
  await serve(answer, vendor, port);
}

async function serve(name: AnswerName, as: Vendor, atPort: number): Promise<void> {
  try {
    const server = await startGroqServer(
      as.script((request) => stubReply(name, request)),
      atPort,
      as.place,
    );
    const models = as.name === 'groq' ? '' : `GROQ_MODELS=${as.model} `;
    process.stdout.write(`${as.name} stub (answers: ${name}) at ${server.url}\n`);
    process.stdout.write(`GROQ_BASE_URL=${server.url}${as.root} ${models}GROQ_API_KEY=x npm start\n`);
  } catch (error) {
    process.stderr.write(`The stub cannot listen on port ${atPort}: ${String(error)}\n`);
    process.exitCode = 1;
  }
}
