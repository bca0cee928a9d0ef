// An answer of the API as a person reads it in a terminal; `-o json` prints it whole.
import { type StatusBody, statusTable } from './status-table.ts';
import { type VerticalBody, verticalLines } from './vertical-text.ts';

/** Any body of the API: which one it is shows in its fields. */
export type AnswerBody = Readonly<Record<string, unknown>>;

interface Line {
  readonly timestamp: string;
  readonly current_replicas: number;
  readonly target_replicas: number;
  readonly source: string;
  readonly reason: string;
  readonly outcome: string;
  readonly outcome_message: string;
  readonly requested_by?: string | null;
}

interface Verdict {
  readonly guardrail: string;
  readonly effect: string;
  readonly message: string;
}

interface Proposal {
  readonly success: boolean;
  readonly target_replicas?: number;
  readonly reason?: string;
  readonly reasoning?: string;
  readonly detail?: string;
  readonly recommendation?: Omit<Proposal, 'success'>;
}

/** Null where nothing shorter says the same. */
export function answerText(body: AnswerBody): string | null {
  if (Array.isArray(body.workloads)) return statusText(body as unknown as StatusBody & Status);
  if (Array.isArray(body.decisions))
    return (body.decisions as Line[]).map(decisionText).join('\n') || 'no decisions yet';
  if (Array.isArray(body.proposals)) return proposalsText(body.proposals as Waiting[]);
  if (typeof body.message === 'string')
    return [body.message, ...listed(body.given_back), ...listed(body.failed)].join('\n');
  if (isObject(body.recommendations) && isObject(body.decision)) return recommendationsText(body);
  return null;
}

interface Waiting {
  readonly namespace: string;
  readonly deployment: string;
  readonly change: string;
  readonly reason: string;
  readonly expires_at: string;
}

function proposalsText(proposals: readonly Waiting[]): string {
  if (proposals.length === 0) return 'no change waits for approval';
  const lines = proposals.map(({ namespace, deployment, change, reason, expires_at }) =>
    [
      `${namespace}/${deployment}: ${change}, until ${expires_at}`,
      `    ${reason}`,
      `    ai4k8s approve ${deployment} -n ${namespace}`,
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
}

function statusText(body: StatusBody & Status): string {
  return [
    statusTable(body),
    `last tick: ${body.last_tick?.finished_at ?? 'none has finished yet'}`,
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

function decisionText(line: Line): string {
  const { timestamp, current_replicas: from, target_replicas: to, source, reason, outcome, outcome_message } = line;
  const by = line.requested_by == null ? '' : `, asked for by ${line.requested_by}`;
  return `${timestamp}  ${from} → ${to}  ${outcome}${by}: ${outcome_message}\n    ${source}: ${reason}`;
}

function recommendationsText({ recommendations, decision, vertical, ladder }: AnswerBody): string {
  const { verdicts, ...line } = decision as unknown as Line & { verdicts: readonly Verdict[] };
  const width = Math.max(10, ...Object.keys(recommendations as object).map((source) => source.length));
  const sources = Object.entries(recommendations as Record<string, Proposal | null>).flatMap(([source, proposal]) => {
    if (proposal === null) return [];
    // The LLM's is what it answered, within what became of asking it.
    const { target_replicas: replicas = '–', reason, reasoning, detail } = proposal.recommendation ?? proposal;
    return [`  ${source.padEnd(width)}  ${String(replicas).padStart(4)}  ${reason ?? reasoning ?? detail ?? ''}`];
  });
  const told = verdicts
    .filter(({ effect }) => effect !== 'passed')
    .map(({ guardrail, effect, message }) => `  ${effect} by ${guardrail}: ${message}`);
  return [
    decisionText(line as Line),
    'proposals:',
    ...sources,
    ...(told.length === 0 ? [] : ['guardrails:', ...told]),
    ...(isObject(vertical) ? verticalLines(vertical as VerticalBody) : []),
    ...(isObject(ladder) ? ladderLines(ladder as Ladder) : []),
  ].join('\n');
}

interface Ladder {
  readonly rung: string;
  readonly next: string | null;
  readonly evidence: readonly string[];
}

function ladderLines({ rung, next, evidence }: Ladder): readonly string[] {
  const above = next === null ? '' : `; the next is ${next}`;
  return [`rung: ${rung}${above}`, ...listed(evidence)];
}

function listed(lines: unknown): readonly string[] {
  return Array.isArray(lines) ? lines.map((line) => `  ${line}`) : [];
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
