// Every PromQL expression that infra/deployments ships, by where it stands, with what its reader puts in put in.
import { readSignals } from '../../../lib/signals-config/read.ts';
import { textOf, yamlOf } from './files.ts';

export type Expressions = Readonly<Record<string, string>>;

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface AdapterValues {
  readonly rules: { readonly custom: readonly { readonly seriesQuery: string; readonly metricsQuery: string }[] };
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

export interface Dashboard {
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
  readonly panels: readonly Panel[];
}

function alertExpressions(): Expressions {
  const rules = yamlOf<RuleFile>('litebrain-alerts.yaml').groups.flatMap((group) => group.rules);
  return Object.fromEntries(rules.map(({ alert, expr }) => [alert, expr]));
}

/** @param pods as the HPA controller's question reaches the adapter */
export function adapterExpressions(series: string, pods: string): Expressions {
  const { custom } = yamlOf<AdapterValues>('prometheus-adapter-values.yaml').rules;
  return Object.fromEntries(
    custom.flatMap(({ seriesQuery, metricsQuery }, i) => {
      const asked = metricsQuery
        .replaceAll('<<.Series>>', series)
        .replaceAll('<<.LabelMatchers>>', `namespace="goblinos-ai",pod=~"${pods}"`)
        .replaceAll('<<.GroupBy>>', 'pod');
      return [
        [`adapter ${i}: series`, seriesQuery],
        [`adapter ${i}: metrics`, asked],
      ];
    }),
  );
}

/** @throws Error where signals.json is no SIGNALS */
export function signalExpressions(): Expressions {
  const config = readSignals(textOf('signals.json'));
  if ('mistakes' in config) throw new Error(JSON.stringify(config.mistakes));
  const signals = config.sources.flatMap((source) => (source.kind === 'prometheus' ? source.signals : []));
  return Object.fromEntries(signals.map(({ name, query }) => [name, query]));
}

export function dashboard(): Dashboard {
  return JSON.parse(textOf('litebrain-dashboard.json'));
}

export function dashboardExpressions(): Expressions {
  const values: Expressions = {
    namespace: 'goblinos-ai',
    deployment: 'ollama-inference',
    hpa: 'ollama-hpa',
    __rate_interval: '1m',
  };
  const put = (expr: string) => expr.replace(/\$(\w+)/g, (whole, name: string) => values[name] ?? whole);
  return Object.fromEntries(
    dashboard().panels.flatMap(({ title, targets }) =>
      targets.map(({ refId, expr }) => [`${title} ${refId}`, put(expr)]),
    ),
  );
}

export function allExpressions(): Expressions {
  return {
    ...alertExpressions(),
    ...adapterExpressions('litebrain_complexity_work', 'ollama-inference-7c9f-abcde|ollama-inference-7c9f-fghij'),
    ...signalExpressions(),
    ...dashboardExpressions(),
  };
}
