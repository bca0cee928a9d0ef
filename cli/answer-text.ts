// An answer of the API as a person reads it in a terminal; `-o json` prints it whole.
import { type ClusterCost, totalCostLines } from './cost-text.ts';
import {
  briefly,
  type DecisionLine,
  historyText,
  type RecommendationsBody,
  recommendationsText,
  shortTime,
} from './decision-text.ts';
import type { Layout } from './output.ts';
import { plainTable } from './plain-table.ts';
import { type WindowBody, windowsText } from './schedule-text.ts';
import { type StatusBody, statusTable } from './status-table.ts';
import { wrapped } from './wrapped.ts';

/** Any body of the API: which one it is shows in its fields. */
export type AnswerBody = Readonly<Record<string, unknown>>;

/** Null where nothing shorter says the same. */
export function answerText(body: AnswerBody, layout: Layout = 'text'): string | null {
  if (Array.isArray(body.workloads)) return statusText(body as unknown as StatusBody & Status, layout);
  if (Array.isArray(body.decisions)) return historyText(body.decisions as DecisionLine[], layout);
  if (Array.isArray(body.proposals)) return proposalsText(body.proposals as Waiting[], layout);
  if (Array.isArray(body.windows)) return windowsText(body.windows as WindowBody[]);
  if (Array.isArray(body.levels)) return levelsText(body as unknown as Levels);
  if (typeof body.message === 'string')
    return [...messageLines(body.message), ...listed(body.given_back), ...listed(body.failed)].join('\n');
  if (isObject(body.recommendations) && isObject(body.decision))
    return recommendationsText(body as unknown as RecommendationsBody);
  return null;
}

interface Levels {
  readonly installation: Readonly<Record<string, string>>;
  readonly levels: readonly {
    readonly namespace: string | null;
    readonly policy: Readonly<Record<string, string>>;
    readonly changed_by: string | null;
    readonly changed_at: string;
  }[];
}

function levelsText({ installation, levels }: Levels): string {
  const words = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([field, value]) => `${field.replaceAll('_', '-')} ${value}`)
      .join(', ') || 'nothing';
  const lines = levels.map(
    ({ namespace, policy, changed_by, changed_at }) =>
      `${namespace === null ? 'cluster' : `namespace ${namespace}`}: ${words(policy)} (${changed_by === null ? '' : `by ${changed_by}, `}${changed_at})`,
  );
  return [`installation: ${words(installation)}`, ...lines].join('\n');
}

interface Waiting {
  readonly namespace: string;
  readonly deployment: string;
  readonly change: string;
  readonly reason: string;
  readonly expires_at: string;
  readonly id: string;
  readonly source: string;
  readonly proposed_at: string;
}

/** As wide as a large window, or a file. */
const WIDE_PROPOSALS = { workload: 30, change: 42, source: 12, proposed: 22, until: 22, id: 38, why: 70 } as const;

/** A proposal comes with the tick that wants another number: until then it is asked for in vain. */
const NONE_WAITS =
  'no change waits for approval: a proposal comes with the tick that wants another number of replicas.\n' +
  'What keeps one from coming: npm run ai4k8s -- why-not NAME -n NAMESPACE';

function proposalsText(proposals: readonly Waiting[], layout: Layout): string {
  if (proposals.length === 0) return NONE_WAITS;
  if (layout === 'wide')
    return plainTable(
      WIDE_PROPOSALS,
      proposals.map((one) => [
        `${one.namespace}/${one.deployment}`,
        one.change,
        one.source,
        shortTime(one.proposed_at),
        shortTime(one.expires_at),
        one.id,
        one.reason,
      ]),
    );
  const lines = proposals.map(({ namespace, deployment, change, reason, expires_at }) =>
    [
      ...wrapped(`${namespace}/${deployment}: ${change}, until ${shortTime(expires_at)}`, '', 4),
      ...wrapped(briefly(reason), '    '),
      `    npm run ai4k8s -- approve ${deployment} -n ${namespace}`,
    ].join('\n'),
  );
  return lines.join('\n');
}

interface Status {
  readonly last_tick: { readonly finished_at: string } | null;
  readonly kill_switch: string | null;
  readonly hold: { readonly reason: string } | null;
  /** Absent in answers of older releases. */
  readonly without_hpa?: readonly string[];
  /** Absent in answers of older releases. */
  readonly cost?: ClusterCost;
}

function statusText(body: StatusBody & Status, layout: Layout): string {
  return [
    statusTable(body, layout),
    `last tick: ${body.last_tick === null ? 'none has finished yet' : shortTime(body.last_tick.finished_at)}`,
    ...(body.cost === undefined ? [] : totalCostLines(body.cost)),
    ...stoppedLine(body),
    ...(body.hold === null ? [] : [`on hold: ${body.hold.reason}`]),
    ...withoutHpaLine(body.without_hpa ?? []),
  ].join('\n');
}

/** The switch in the table is among the problems, and said there. */
function stoppedLine({ kill_switch, problems }: StatusBody & Status): readonly string[] {
  const line = `nothing is changed: ${kill_switch}`;
  return kill_switch === null || problems?.includes(line) ? [] : [line];
}

const NAMED = 5;

function withoutHpaLine(keys: readonly string[]): readonly string[] {
  if (keys.length === 0) return [];
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : '';
  return [`without an HPA, so scaled by us alone: ${keys.slice(0, NAMED).join(', ')}${more}`];
}

/** Its own lines stay lines. */
function messageLines(message: string): readonly string[] {
  return message.split('\n').flatMap((line) => wrapped(line, '', 4));
}

function listed(lines: unknown): readonly string[] {
  return Array.isArray(lines) ? lines.map((line) => `  ${line}`) : [];
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
