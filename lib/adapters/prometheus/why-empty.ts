// Why a workload has no series: which part of what is asked matches nothing, and what to do about it.
import { AdapterError } from '../../app/ports/world.ts';
import type { Ask, Budget } from './ask.ts';
import { CPU_METRIC, countQuery, cpuUsageQuery, type Labels, matcher, podsOf } from './promql.ts';
import { oneLine } from './words.ts';
import type { Asked as Looked } from './zero.ts';

/** Often enough to meet whatever runs for hours. */
const LOOKS = 200;

/** A sentence, or null where the server does not tell. Asks from the widest to the narrowest, and stops where nothing is left. */
export async function whyEmpty(looked: Looked, ask: Ask, budget: Budget): Promise<string | null> {
  const { ref, labels } = looked;
  const { namespace, name } = ref;
  const has = async (matchers: readonly string[], within: Labels = labels) =>
    (await seriesOf(countQuery(matchers, within), looked, ask, budget)).length > 0;
  try {
    if (!(await has([], {}))) return `it has no ${CPU_METRIC} at all: the kubelets' cAdvisor is not scraped into it`;
    if (!(await has([])))
      return `no ${CPU_METRIC} has ${named(labels)}: check --prometheus-label${await valuesOf(looked, ask, budget)}`;
    if (!(await has([matcher('namespace', namespace)]))) {
      const isElsewhere = await has([matcher('exported_namespace', namespace)]);
      return isElsewhere
        ? `its series carry exported_namespace in place of namespace: set honorLabels where it is scraped, or give --prometheus-query`
        : `nothing runs in the namespace ${namespace}: check --namespace`;
    }
    if (await has([podsOf(ref)])) {
      if (await has([podsOf(ref), 'container!="",container!="POD"']))
        return `its pods are there, but have no rate over two minutes: where it scrapes less than every minute, give ${ownQuery(cpuUsageQuery(ref, labels).replace('[2m]', '[10m]'))}`;
      const query = `sum(rate(${CPU_METRIC}{${podsOf(ref)}}[2m]))`;
      return `its series have no label container: give ${ownQuery(query)}`;
    }
    if (await has([podsOf(ref, 'pod_name')])) {
      const query = `sum(rate(${CPU_METRIC}{${podsOf(ref, 'pod_name')},container_name!="",container_name!="POD"}[2m]))`;
      return `its series carry pod_name in place of pod: give ${ownQuery(query)}`;
    }
    return `the namespace ${namespace} has pods, but none of ${name}: check the name and --kind, and that it ran within --days`;
  } catch (error) {
    if (error instanceof AdapterError) return null;
    throw error;
  }
}

/** Over all of the time that is looked at: at its end everything may be asleep. */
async function seriesOf(query: string, { from, to }: Looked, ask: Ask, budget: Budget) {
  const [start, end] = [from, to].map((at) => Math.floor(at / 1000)) as [number, number];
  const step = String(Math.max(60, Math.ceil((end - start) / LOOKS)));
  const answer = await ask('query_range', { query, start: String(start), end: String(end), step }, budget);
  if (answer.kind === 'too_much') throw answer.error;
  return answer.series.filter(({ samples }) => samples.some(([, count]) => count > 0));
}

/** ` (cluster is one of a, b)`, where there is one label to ask about. */
async function valuesOf(looked: Looked, ask: Ask, budget: Budget): Promise<string> {
  const [label, ...more] = Object.keys(looked.labels);
  if (label === undefined || more.length > 0) return '';
  const series = await seriesOf(`count by (${label}) (${CPU_METRIC})`, looked, ask, budget);
  const known = [...new Set(series.map((one) => oneLine(one.labels[label] ?? '', 60)))].filter((value) => value !== '');
  if (known.length === 0) return `; no series has a label ${label}`;
  return `; ${label} is ${known.sort().slice(0, 5).join(', ')}${known.length > 5 ? ', …' : ''}`;
}

function named(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, value]) => matcher(label, value))
    .join(' and ');
}

function ownQuery(query: string): string {
  return `--prometheus-query '${query}'`;
}
