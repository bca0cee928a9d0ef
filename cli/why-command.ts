// `ai4k8s why` and `why-not`: what the last change was made of, and why the last tick made none.
import type { Command } from 'commander';
import { type AnswerBody, answerText, isObject } from './answer-text.ts';
import { type ApiTarget, askApi } from './api-client.ts';
import { onWorkload, type Where } from './policy-commands.ts';

type Show = (
  ask: (target: ApiTarget) => Promise<Response>,
  words?: (body: AnswerBody) => string | null,
) => Promise<void>;

/** @param show asks the API and prints its answer, or what went wrong */
export function whyCommands(show: Show): readonly Command[] {
  return [
    onWorkload('why', 'the last change of a workload: readings, what each source proposed, guardrails, outcome').action(
      (deployment: string, where: Where) => show((target) => lastChange(target, { deployment, ...where }), storyText),
    ),
    onWorkload('why-not', 'why the last tick changed nothing, in one sentence').action(
      (deployment: string, where: Where) =>
        show((target) => askApi(target, 'recommendations', { query: { deployment, ...where } }), whyNotText),
    ),
  ];
}

/** More lines than a day of changes has; the hourly ones between them are no changes. */
const LOOKED_AT = '100';

async function lastChange(target: ApiTarget, query: Readonly<Record<string, string>>): Promise<Response> {
  const listed = await askApi(target, 'history', { query: { ...query, limit: LOOKED_AT } });
  if (!listed.ok) return listed;
  const { decisions } = (await listed.json()) as { decisions: { id: string; outcome: string }[] };
  const last = decisions.find(({ outcome }) => outcome === 'applied');
  if (last === undefined) {
    const looked = decisions.length === 0 ? 'no decision is recorded yet' : 'nothing was changed of late';
    const detail = `${looked}; "history" has what is recorded, and "why-not" says why nothing is changed now`;
    return Response.json({ title: 'No change', detail }, { status: 404 });
  }
  return askApi(target, 'history', { of: last.id, query });
}

interface Hour {
  readonly timestamp: string;
  readonly p50: number | null;
  readonly came: number | null;
}

function storyText(body: AnswerBody): string | null {
  const text = answerText(body);
  if (text === null || !isObject(body.came)) return text;
  const lines = Object.entries(body.came as Record<string, readonly Hour[]>).map(
    ([signal, hours]) =>
      `  ${signal}: ${hours.map(({ p50, came }) => `${p50 ?? '–'} (${came ?? 'to come'})`).join(', ')}`,
  );
  return lines.length === 0 ? text : [text, 'the next six hours, as forecast (and as they came):', ...lines].join('\n');
}

interface WhyNot {
  readonly why_not: { readonly code: string; readonly message: string } | null;
  readonly current_replicas: number;
  readonly target_replicas: number;
  readonly timestamp: string;
}

/** Of an answer to GET recommendations. */
function whyNotText({ decision }: AnswerBody): string | null {
  if (!isObject(decision)) return null;
  const { why_not, current_replicas, target_replicas, timestamp } = decision as WhyNot;
  if (why_not === null) return `${timestamp}: ${current_replicas} → ${target_replicas} was changed`;
  return `${why_not.message} (${why_not.code}, as of ${timestamp})`;
}
