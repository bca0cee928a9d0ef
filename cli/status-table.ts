// The workloads of a cluster as the API serves them, as a table for a terminal.
import { type DecisionLine, plainly, shortTime } from './decision-text.ts';
import type { Layout } from './output.ts';
import { plainTable } from './plain-table.ts';
import { wrapped } from './wrapped.ts';

/** The parts of GET status that the table shows. */
export interface StatusBody {
  readonly cluster: string;
  readonly predictive_enabled: number;
  readonly total_replicas: number;
  readonly workloads: readonly StatusRow[];
  /** Absent in what an older release answers. */
  readonly without_hpa?: readonly string[];
  readonly problems: readonly string[];
}

export interface StatusRow
  extends Pick<DecisionLine, 'target_replicas' | 'source' | 'reason' | 'outcome' | 'outcome_message' | 'why_not'> {
  readonly namespace: string;
  readonly deployment: string;
  /** Absent in what an older release answers. */
  readonly kind?: string;
  readonly enabled: boolean;
  readonly mode: string;
  /** Trusted less than its mode says. Absent where it is not, and in what an older release answers. */
  readonly demoted?: { readonly since: string; readonly reason: string };
  /** What a level above allows less than it states. Absent where it is not, and in what an older release answers. */
  readonly clipped?: readonly string[];
  readonly replicas: number;
  readonly ready: number;
  /** A fraction, or null where it is not known. Absent in what an older release answers. */
  readonly short_last_hour?: number | null;
  readonly cpu_cores: number | null;
  readonly cpu_peak_cores: number | null;
  /** Why a signal cannot be relied on. Absent, as those below, in what an older release answers. */
  readonly missing?: Readonly<Record<string, string>>;
  readonly memory_bytes?: number | null;
  readonly rung?: string;
  readonly hpa?: { readonly name: string; readonly min_replicas: number; readonly max_replicas: number } | null;
  readonly observed_at?: string;
  /** Absent where the workload names none. */
  readonly signals?: Readonly<Record<string, SignalCell>>;
  readonly decision: string;
  /** Absent in what an older release answers. */
  readonly demand_class?: { readonly name: string; readonly message: string } | null;
  readonly llm:
    | { readonly success: true; readonly recommendation: Recommendation; readonly llm_model: string }
    | { readonly success: false; readonly error: string; readonly detail: string }
    | null;
  readonly llm_verdict: { readonly effect: string; readonly message: string } | null;
}

interface SignalCell {
  readonly kind: 'load' | 'level';
  readonly unit: string;
  readonly value: number | null;
  readonly baseline?: number | null;
  readonly is_over?: boolean;
}

interface Recommendation {
  readonly action: string;
  readonly target_replicas: number;
  readonly confidence: number;
  readonly reasoning: string;
}

/** A hundred columns in all, with two between each. */
const COLUMNS = { workload: 22, mode: 11, replicas: 14, load: 13, '6h peak': 9, why: 31 } as const;
/** As wide as a large window, or a file. */
const WIDE = {
  workload: 30,
  rung: 11,
  mode: 11,
  replicas: 14,
  hpa: 20,
  load: 16,
  memory: 11,
  '6h peak': 9,
  source: 12,
  code: 18,
  observed: 22,
  why: 70,
} as const;

/** Everything but the time, so that a caller can tell whether it changed. */
export function statusTable(status: StatusBody, layout: Layout = 'text'): string {
  const { cluster, predictive_enabled, total_replicas, workloads } = status;
  const alone = new Set(status.without_hpa ?? []);
  const table =
    layout === 'wide'
      ? plainTable(WIDE, workloads.map(wideCells))
      : plainTable(
          COLUMNS,
          workloads.map((row) => cells(row, alone.has(`${row.namespace}/${row.deployment}`))),
        );
  return [
    `cluster ${cluster}: ${workloads.length} workloads, ${predictive_enabled} enabled, ${total_replicas} replicas`,
    '',
    table,
    '',
    ...workloads.flatMap((row) =>
      row.demoted === undefined
        ? []
        : [`demoted: ${nameOf(row)} since ${row.demoted.since}: ${cut(row.demoted.reason)}`],
    ),
    ...workloads.flatMap((row) =>
      (row.clipped ?? []).flatMap((said) => wrapped(`capped: ${nameOf(row)}: ${cut(said)}`, '', 4)),
    ),
    ...classLines(workloads),
    ...adviceLines(workloads),
    ...status.problems.map((problem) => `problem: ${problem}`),
  ].join('\n');
}

function cells(row: StatusRow, isAlone: boolean): readonly string[] {
  const mode = modeOf(row);
  return [
    nameOf(row),
    isAlone ? `${mode}\nhpa: none` : mode,
    replicasCell(row),
    loadCell(row),
    cores(row.cpu_peak_cores),
    cut(whyOf(row), WHY_CHARS),
  ];
}

function wideCells(row: StatusRow): readonly string[] {
  const { hpa, memory_bytes } = row;
  return [
    nameOf(row),
    row.rung ?? '?',
    modeOf(row),
    replicasCell(row),
    hpa == null ? 'none' : `${hpa.name} ${hpa.min_replicas}–${hpa.max_replicas}`,
    loadCell(row),
    memory_bytes == null ? '?' : `${(memory_bytes / 2 ** 30).toPrecision(3)} GiB`,
    cores(row.cpu_peak_cores),
    row.source,
    row.why_not?.code ?? row.outcome,
    shortTime(row.observed_at),
    whyOf(row),
  ];
}

/** `4 → 7` where another number is wanted or was just set; `5 of 7` while pods are not ready; below it how often it was short. */
function replicasCell(row: StatusRow): string {
  const { replicas, ready, target_replicas: target, short_last_hour: short } = row;
  const runs = ready === replicas ? `${replicas}` : `${ready} of ${replicas}`;
  const numbers = target === replicas ? runs : `${runs} → ${target}`;
  return short ? `${numbers}\nshort ${percent(short)} %\nof last hour` : numbers;
}

/** What is not nothing is not shown as nothing. */
function percent(share: number): string {
  return share < 0.01 ? '<1' : String(Math.round(100 * share));
}

/** The sentence that decided: what was done, else what stands in the way, else why this is enough. */
function whyOf({ outcome, outcome_message, why_not, reason }: StatusRow): string {
  if (outcome === 'applied') return `${outcome_message}: ${plainly(reason)}`;
  return why_not == null || SAID_ELSEWHERE.has(why_not.code) ? plainly(reason) : why_not.message;
}

/** That nothing is in the way, and what the column of modes says already. */
const SAID_ELSEWHERE = new Set(['ok', 'not_enabled', 'mode_recommend']);

const CLASSES_TOLD = ['bursty', 'static'];
const NAMED = 5;

/** Those whose class asks something of a person. */
function classLines(rows: readonly StatusRow[]): readonly string[] {
  return CLASSES_TOLD.flatMap((name) => {
    const names = rows.flatMap((row) => (row.demand_class?.name === name ? [nameOf(row)] : []));
    if (names.length === 0) return [];
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
    return [`${name}: ${names.slice(0, NAMED).join(', ')}${more} (recommend says what follows)`];
  });
}

/** What the LLM said of each workload, and whether it was followed. */
function adviceLines(rows: readonly StatusRow[]): readonly string[] {
  return rows.flatMap((row) => {
    const { llm, llm_verdict: verdict } = row;
    if (llm === null || (!llm.success && llm.error === 'no_api_key')) return [];
    const where = `LLM on ${nameOf(row)}`;
    if (!llm.success) return [`${where}: no advice (${llm.error}): ${cut(llm.detail)}`];
    const { action, target_replicas, confidence, reasoning } = llm.recommendation;
    const fate = verdict === null ? 'followed' : `${verdict.effect}: ${verdict.message}`;
    const said = `${action} → ${target_replicas}, ${Math.round(confidence * 100)} % confident: “${cut(reasoning)}”`;
    return [`${where} (${llm.llm_model}): ${said}\n  ${fate}`];
  });
}

function nameOf({ namespace, deployment, kind = 'Deployment' }: StatusRow): string {
  return `${namespace}/${deployment}${kind === 'Deployment' ? '' : ` (${kind})`}`;
}

/** Cores, and below them each signal that the workload names. */
function loadCell({ cpu_cores, signals = {}, missing = {} }: StatusRow): string {
  const lines = Object.entries(signals).map(([name, { kind, unit, value, baseline, is_over }]) => {
    const usual = kind === 'level' && baseline != null ? `, usually ${baseline}` : '';
    return `${name} ${value ?? '?'} ${value === null ? '' : unit}${usual}${is_over === true ? ' (over)' : ''}`.trim();
  });
  const unknown = missing.cpu === undefined ? '?' : `? ${cut(missing.cpu, UNKNOWN_CHARS)}`;
  return [cpu_cores === null ? unknown : `${cores(cpu_cores)} cores`, ...lines].join('\n');
}

function cores(value: number | null): string {
  return value === null ? '?' : value.toPrecision(3);
}

/** As many lines of theirs. */
const UNKNOWN_CHARS = 40;
/** Four lines of the column. */
const WHY_CHARS = 110;

/** Demoted, it is on a lower rung than its mode says. */
function modeOf({ enabled, mode, demoted }: StatusRow): string {
  if (!enabled) return 'off';
  return demoted === undefined ? mode : `${mode} (demoted)`;
}

function cut(text: string, most = 220): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
