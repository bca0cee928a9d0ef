// Groq cannot be reached: rules decide as they would without it, asking costs little, and it is asked again when it is back.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BadDay, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';
import { stubReply } from '../stand-ins/groq-answers.ts';
import { CUT } from '../stand-ins/groq-replies.ts';
import { type GroqServer, startGroqServer } from '../stand-ins/groq-server.ts';

const ASKED = { ...SCALED, 'ai4k8s.io/llm': 'on' };
/** Each may be asked about every five minutes. */
const WORKLOADS = 16;

let groq: GroqServer;
let day: BadDay;
let cores: number;
beforeEach(async () => {
  cores = 3;
  groq = await startGroqServer((request) => stubReply('sensible', request));
});
afterEach(async () => {
  await day.close();
  await groq.close();
});

async function start(count: number) {
  const env = { GROQ_BASE_URL: groq.url, GROQ_API_KEY: 'gsk_test', GROQ_MODELS: 'openai/gpt-oss-20b' };
  const names = Array.from({ length: count }, (_, i) => `w${i}`);
  day = await startBadDay(
    names.map((name) => simulated({ name, annotations: ASKED, load: () => cores })),
    { env },
  );
  await day.minutes(2);
}

const llm = async () => (await day.get('status/prod')).workloads[0].llm;

it('a Groq that hangs up is asked for a few workloads in five minutes and not for all, and nobody is woken', async () => {
  await start(WORKLOADS);
  groq.answer(() => CUT);
  const before = { asked: groq.requests.length, lines: day.lines.length };
  await day.minutes(20);
  const calls = groq.requests.length - before.asked;
  // Asked about each, every five minutes: 64.
  expect(calls).toBeLessThan(45);
  expect(day.lines.slice(before.lines).filter(({ level }) => level !== 'info').length).toBeLessThanOrEqual(calls);
  expect(day.wasRed()).toEqual([]);
});

it('a day without Groq: what the load needs is had at once, and its advice is heard within ten minutes after', async () => {
  await start(1);
  groq.answer(() => CUT);
  await day.minutes(24, 60);
  expect(await llm()).toMatchObject({ success: false, error: 'network' });
  cores = 6;
  await day.minutes(1);
  expect(day.replicas('shop/w0')).toBeGreaterThan(10);
  groq.answer((request) => stubReply('sensible', request));
  await day.minutes(10);
  expect(await llm()).toMatchObject({ success: true });
});
