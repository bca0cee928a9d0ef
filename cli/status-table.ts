// The workloads of a cluster as the API serves them, as a table for a terminal.
import Table from 'cli-table3';

/** The parts of GET status that the table shows. */
export interface StatusBody {
  readonly cluster: string;
  readonly predictive_enabled: number;
  readonly total_replicas: number;
  readonly workloads: readonly StatusRow[];
  readonly problems: readonly string[];
}

export interface StatusRow {
  readonly namespace: string;
  readonly deployment: string;
  /** Absent in what an older release answers. */
  readonly kind?: string;
  readonly enabled: boolean;
  readonly mode: string;
  readonly replicas: number;
  readonly ready: number;
  readonly cpu_cores: number | null;
  readonly cpu_peak_cores: number | null;
  /** Absent where the workload names none. */
  readonly signals?: Readonly<Record<string, SignalCell>>;
  readonly decision: string;
  readonly target_replicas: number;
  readonly source: string;
  readonly reason: string;
  readonly outcome: string;
  readonly outcome_message: string;
  /** Absent in what an older release answers. */
  readonly why_not?: { readonly code: string; readonly message: string } | null;
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
const COLUMNS = { workload: 22, mode: 11, replicas: 10, load: 13, '6h peak': 9, why: 35 } as const;
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'mid', 'left', 'right'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, ''] as const),
  ),
);

/** Everything but the time, so that a caller can tell whether it changed. */
export function statusTable(status: StatusBody): string {
  const table = new Table({
    head: Object.keys(COLUMNS),
    colWidths: Object.values(COLUMNS),
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: { ...NO_LINES, middle: '' },
  });
  for (const row of status.workloads)
    table.push([
      nameOf(row),
      row.enabled ? row.mode : 'off',
      replicasCell(row),
      loadCell(row),
      cores(row.cpu_peak_cores),
      cut(whyOf(row), WHY_CHARS),
    ]);
  const { cluster, predictive_enabled, total_replicas } = status;
  return [
    `cluster ${cluster}: ${status.workloads.length} workloads, ${predictive_enabled} enabled, ${total_replicas} replicas`,
    '',
    table.toString().replaceAll(/ +$/gm, ''),
    '',
    ...classLines(status.workloads),
    ...adviceLines(status.workloads),
    ...status.problems.map((problem) => `problem: ${problem}`),
  ].join('\n');
}

/** `4 → 7` where another number is wanted or was just set; `5 of 7` while pods are not ready. */
function replicasCell({ replicas, ready, target_replicas: target }: StatusRow): string {
  const runs = ready === replicas ? `${replicas}` : `${ready} of ${replicas}`;
  return target === replicas ? runs : `${runs} → ${target}`;
}

/** The sentence that decided: what was done, else what stands in the way, else why this is enough. */
function whyOf({ outcome, outcome_message, why_not, reason }: StatusRow): string {
  if (outcome === 'applied') return `${outcome_message}: ${reason}`;
  return why_not == null || SAID_ELSEWHERE.has(why_not.code) ? reason : why_not.message;
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
function loadCell({ cpu_cores, signals = {} }: StatusRow): string {
  const lines = Object.entries(signals).map(([name, { kind, unit, value, baseline, is_over }]) => {
    const usual = kind === 'level' && baseline != null ? `, usually ${baseline}` : '';
    return `${name} ${value ?? '—'} ${value === null ? '' : unit}${usual}${is_over === true ? ' (over)' : ''}`.trim();
  });
  return [cpu_cores === null ? '—' : `${cores(cpu_cores)} cores`, ...lines].join('\n');
}

function cores(value: number | null): string {
  return value === null ? '—' : value.toPrecision(3);
}

/** Four lines of the column. */
const WHY_CHARS = 125;

function cut(text: string, most = 220): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
