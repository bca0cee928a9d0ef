// Decisions in answers of the API as a person reads them in a terminal: what was done, why, and what each source would have done.
import { costLines, type WorkloadCost } from './cost-text.ts';
import type { Layout } from './output.ts';
import { plainTable } from './plain-table.ts';
import { type VerticalBody, verticalLines } from './vertical-text.ts';
import { wrapped } from './wrapped.ts';

export interface DecisionLine {
  readonly timestamp: string;
  readonly current_replicas: number;
  readonly target_replicas: number;
  readonly source: string;
  readonly reason: string;
  readonly outcome: string;
  readonly outcome_message: string;
  /** Absent in what an older release answers. */
  readonly why_not?: { readonly code: string; readonly message: string } | null;
  readonly requested_by?: string | null;
  /** Of the history alone. */
  readonly cpu_percent?: number | null;
  readonly memory_percent?: number | null;
  /** What the change adds to an hour's bill. Null where that is not known; absent in what an older release answers. */
  readonly usd_per_hour?: number | null;
}

interface Verdict {
  readonly guardrail: string;
  readonly effect: string;
  readonly code?: string;
  readonly message: string;
}

interface Proposal {
  readonly success: boolean;
  readonly target_replicas?: number;
  readonly reason?: string;
  readonly reasoning?: string;
  readonly error?: string;
  readonly detail?: string;
  readonly recommendation?: Omit<Proposal, 'success'>;
}

interface Ladder {
  readonly rung: string;
  readonly next: string | null;
  /** Absent where it was not, and in answers of older releases. */
  readonly demoted?: object;
  readonly evidence: readonly string[];
}

/** The parts of GET recommendations, and of one decision of the history. */
export interface RecommendationsBody {
  readonly demand_class?: { readonly message: string } | null;
  readonly recommendations: Readonly<Record<string, Proposal | null>>;
  readonly decision: DecisionLine & { readonly verdicts: readonly Verdict[] };
  readonly vertical?: VerticalBody | null;
  readonly ladder?: Ladder | null;
  readonly cost?: WorkloadCost | null;
}

/** As wide as a large window, or a file. */
const WIDE = { time: 22, replicas: 22, outcome: 13, source: 12, 'cpu %': 8, 'memory %': 10, by: 20, what: 60, why: 70 };

/** Newest first. */
export function historyText(lines: readonly DecisionLine[], layout: Layout): string {
  if (lines.length === 0) return 'no decisions yet';
  return layout === 'wide' ? plainTable(WIDE, lines.map(wideCells)) : lines.map(decisionText).join('\n');
}

function wideCells(line: DecisionLine): readonly string[] {
  const { timestamp, outcome, source, cpu_percent, memory_percent, requested_by, reason } = line;
  const by = requested_by ?? '';
  return [
    shortTime(timestamp),
    replicasOf(line),
    outcome,
    source,
    String(cpu_percent ?? '?'),
    String(memory_percent ?? '?'),
    by,
    saidOf(line),
    reason,
  ];
}

/** What became of it, and below it the reason. */
function decisionText(line: DecisionLine): string {
  return [...outcomeLines(line), ...reasonLines({ ...line, reason: briefly(line.reason) })].join('\n');
}

/** Without how the way of sizing has done, which is the same for days. */
export function briefly(reason: string): string {
  return reason.replace(/\. On the last .*?(?= — |; \d+ wanted, max is |$)/, '');
}

/** In a line, for who has not read how it is sized: `recommend` and `why` tell that. */
export function plainly(reason: string): string {
  return briefly(reason)
    .replace(
      /: what may come before new pods serve, .*? in the last \d+ minutes/,
      ' for what may come while pods start',
    )
    .replace(/, and no fewer than were wanted in the last \d+ minutes/, '');
}

/** `, +$0.12/h`; nothing where it is not known. */
function costText(usd: number | null | undefined): string {
  if (usd == null) return '';
  const size = Math.abs(usd);
  return `, ${usd < 0 ? '−' : '+'}$${size < 0.01 ? size.toPrecision(2) : size.toFixed(2)}/h`;
}

function outcomeLines(line: DecisionLine): readonly string[] {
  const { timestamp, outcome } = line;
  const by = line.requested_by == null ? '' : `, asked for by ${line.requested_by}`;
  const unit = line.current_replicas === line.target_replicas ? ' replicas' : '';
  return wrapped(`${outcome}${by}: ${saidOf(line)}`, `${shortTime(timestamp)}  ${replicasOf(line)}${unit}  `, 4);
}

/** The floor of an HPA moves without the replicas, and most decisions keep them: then an arrow would tell of nothing. */
function replicasOf({ current_replicas: from, target_replicas: to, usd_per_hour }: DecisionLine): string {
  return from === to ? `${from}` : `${from} → ${to}${costText(usd_per_hour)}`;
}

function saidOf({ why_not, outcome_message }: DecisionLine): string {
  return why_not?.message ?? outcome_message;
}

function reasonLines({ source, reason }: DecisionLine): readonly string[] {
  return wrapped(`${source}: ${reason}`, '    ');
}

/** To the second. */
export function shortTime(timestamp: string | undefined): string {
  return (timestamp ?? '').replace(/\.\d+Z$/, 'Z');
}

export function recommendationsText({
  recommendations,
  decision,
  demand_class,
  vertical,
  ladder,
  cost,
}: RecommendationsBody): string {
  const { verdicts, ...made } = decision;
  const line = { ...made, usd_per_hour: made.usd_per_hour ?? cost?.change?.usd_per_hour ?? null };
  const shown = Object.entries(recommendations).flatMap(([source, proposal]) =>
    proposal === null || proposal.error === UNASKED ? [] : [{ source, ...(proposal.recommendation ?? proposal) }],
  );
  const width = Math.max(10, ...shown.map(({ source }) => source.length));
  const sources = shown.flatMap(({ source, target_replicas: replicas = '–', reason, reasoning, detail }) => {
    const first = `  ${source.padEnd(width)}  ${String(replicas).padStart(4)}  `;
    return wrapped(reason ?? reasoning ?? detail ?? '', first);
  });
  const told = verdicts
    .filter(({ effect, code }) => effect !== 'passed' && code !== UNASKED)
    .flatMap(({ guardrail, effect, message }) => wrapped(`${effect} by ${guardrail}: ${message}`, '  ', 4));
  // Said by its source below, and what was added to it by the guardrails.
  const isSaid = shown.some(
    ({ source, reason = '' }) => source === line.source && reason !== '' && line.reason.startsWith(reason),
  );
  return [
    ...outcomeLines(line),
    ...(isSaid ? [] : reasonLines(line)),
    `what each source would do (${line.source} decided):`,
    ...sources,
    ...(told.length === 0 ? [] : ['guardrails:', ...told]),
    ...(cost == null ? [] : costLines(cost)),
    ...(demand_class == null ? [] : wrapped(demand_class.message, 'demand: ', 4)),
    ...(vertical == null ? [] : verticalLines(vertical)),
    ...(ladder == null ? [] : ladderLines(ladder)),
  ].join('\n');
}

/** Nobody has asked for an LLM where there is no key for one. */
const UNASKED = 'no_api_key';

function ladderLines({ rung, next, demoted, evidence }: Ladder): readonly string[] {
  const back = `; enable or resume it for ${next} again`;
  const above = demoted !== undefined ? back : next === null ? '' : `; the next rung is ${next}`;
  return [`rung: ${rung}${above}`, ...evidence.flatMap((line) => wrapped(line, '  ', 4))];
}
