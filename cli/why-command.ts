// `ai4k8s why` and `why-not`: what the last change was made of, and why the last tick made none.
import type { Command } from 'commander';
import { type AnswerBody, answerText, isObject } from './answer-text.ts';
import { type ApiTarget, askApi } from './api-client.ts';
import { shortTime } from './decision-text.ts';
import type { Layout } from './output.ts';
import { kubeconfigOption, type Straight } from './place.ts';
import { onWorkload, type Where } from './policy-commands.ts';
import type { Show } from './show.ts';
import { wrapped } from './wrapped.ts';

/** @param show asks the API and prints its answer, or what went wrong */
export function whyCommands(show: Show): readonly Command[] {
  return [
    onWorkload('why', 'the last change of a workload: readings, what each source proposed, guardrails, outcome')
      .addOption(kubeconfigOption())
      .action((deployment: string, { kubeconfig, ...where }: Where & Straight) =>
        kubeconfig === undefined
          ? show((target) => lastChange(target, { deployment, ...where }), { words: storyText })
          : // Nothing was ever changed from here: what would be, and why.
            show((target) => askPresent(target, { deployment, ...where }), { kubeconfig }),
      ),
    onWorkload('why-not', 'why the last tick changed nothing, in one sentence')
      .addOption(kubeconfigOption())
      .action((deployment: string, { kubeconfig, ...where }: Where & Straight) =>
        show((target) => askPresent(target, { deployment, ...where }), { words: whyNotText, kubeconfig }),
      ),
  ];
}

function askPresent(target: ApiTarget, query: Readonly<Record<string, string>>): Promise<Response> {
  return askApi(target, 'recommendations', { query });
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

function storyText(body: AnswerBody, layout: Layout): string | null {
  const text = answerText(body, layout);
  if (text === null || !isObject(body.came)) return text;
  const came = Object.entries(body.came as Record<string, readonly Hour[]>);
  if (came.length === 0) return text;
  const lines = came.map(([signal, hours]) => `  ${signal.padEnd(8)}  ${hoursText(signal, hours)}`);
  const isOver = came.some(([, hours]) => hours.some((hour) => hour.came !== null));
  const head = isOver ? 'as forecast then (and what came)' : 'as forecast then; none of them is over yet';
  return [text, `the next six hours, ${head}:`, ...lines].join('\n');
}

function hoursText(signal: string, hours: readonly Hour[]): string {
  const show = (value: number | null) => (value === null ? '–' : amount(value, signal));
  const each = hours.map(({ p50, came }) => (came === null ? show(p50) : `${show(p50)} (${show(came)})`));
  return `${each.join(', ')}${UNITS[signal] ?? ''}`;
}

const UNITS: Readonly<Record<string, string>> = { cpu: ' cores', memory: ' GiB' };

function amount(value: number, signal: string): string {
  return String(Number((signal === 'memory' ? value / 2 ** 30 : value).toPrecision(3)));
}

interface WhyNot {
  readonly why_not: { readonly code: string; readonly message: string } | null;
  readonly outcome_message: string;
  readonly timestamp: string;
}

/** Of an answer to GET recommendations. */
function whyNotText({ decision }: AnswerBody): string | null {
  if (!isObject(decision)) return null;
  const { why_not, outcome_message, timestamp } = decision as WhyNot;
  if (why_not === null) return `${shortTime(timestamp)}: ${outcome_message}`;
  return wrapped(`${why_not.message} (${why_not.code}, as of ${shortTime(timestamp)})`, '', 4).join('\n');
}
