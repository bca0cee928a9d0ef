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

const WIDTHS = [24, 13, 10, 24, 9, 17, 12, 58];

/** Everything but the time, so that a caller can tell whether it changed. */
export function statusTable(status: StatusBody): string {
  const table = new Table({
    head: ['workload', 'autoscaling', 'replicas', 'load', '6h peak', 'decision', 'source', 'why'],
    colWidths: WIDTHS,
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const row of status.workloads) {
    table.push([
      nameOf(row),
      row.enabled ? row.mode : 'off',
      row.ready === row.replicas ? `${row.replicas}` : `${row.ready} of ${row.replicas}`,
      loadCell(row),
      cores(row.cpu_peak_cores),
      `${row.decision}${row.target_replicas === row.replicas ? '' : ` → ${row.target_replicas}`}\n${row.outcome}`,
      row.source,
      cut(row.outcome === 'refused' ? `${row.outcome_message} — ${row.reason}` : row.reason),
    ]);
  }
  const { cluster, predictive_enabled, total_replicas } = status;
  return [
    `cluster ${cluster}: ${status.workloads.length} workloads, ${predictive_enabled} enabled, ${total_replicas} replicas`,
    table.toString(),
    ...adviceLines(status.workloads),
    ...status.problems.map((problem) => `problem: ${problem}`),
  ].join('\n');
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

function cut(text: string): string {
  return text.length > 220 ? `${text.slice(0, 219)}…` : text;
}
