// Which view an address is. No cluster and no namespace begins with a dash.
import type { Ref } from './api/types.ts';

export type View =
  | { readonly view: 'overview'; readonly cluster: string | null }
  | { readonly view: 'proposals' | 'schedules' }
  | { readonly view: 'workload' | 'enable' | 'history'; readonly ref: Ref }
  | { readonly view: 'decision'; readonly ref: Ref; readonly decision: string }
  | { readonly view: 'none' };

const ROOT = '/autoscaling';
const OF_WORKLOAD = ['enable', 'history'] as const;

/** @param path without query. @param query of the address */
export function viewOf(path: string, query: Readonly<Record<string, string>> = {}): View {
  const parts = path.replace(/\/+$/, '').split('/').slice(2).map(decoded);
  const [cluster, namespace, deployment, what, id] = parts;
  if (!path.startsWith(ROOT) || parts.includes(null)) return { view: 'none' };
  if (cluster === undefined || cluster === null) return { view: 'overview', cluster: null };
  if (cluster === '-') return own(namespace);
  if (namespace === undefined || namespace === null) return { view: 'overview', cluster };
  if (deployment === undefined || deployment === null) return { view: 'none' };
  const ref = { cluster, namespace, deployment, kind: query.kind ?? 'Deployment' };
  if (what === undefined || what === null) return { view: 'workload', ref };
  if (what === 'decisions' && id && parts.length === 5) return { view: 'decision', ref, decision: id };
  const view = OF_WORKLOAD.find((name) => name === what);
  return view === undefined || parts.length > 4 ? { view: 'none' } : { view, ref };
}

function own(name: string | null | undefined): View {
  return name === 'proposals' || name === 'schedules' ? { view: name } : { view: 'none' };
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export const overviewPath = (cluster: string | null) => (cluster === null ? ROOT : `${ROOT}/${encode(cluster)}`);
export const PROPOSALS_PATH = `${ROOT}/-/proposals`;
export const SCHEDULES_PATH = `${ROOT}/-/schedules`;

/** @param of `''` for the workload itself, `enable`, `history` or `decisions/…` */
export function workloadPath({ cluster, namespace, deployment, kind }: Ref, of = ''): string {
  const path = [ROOT, ...[cluster, namespace, deployment].map(encode)].join('/');
  const query = kind === 'Deployment' ? '' : `?kind=${encode(kind)}`;
  return `${path}${of === '' ? '' : `/${of}`}${query}`;
}

export const decisionPath = (ref: Ref, id: string) => workloadPath(ref, `decisions/${encode(id)}`);

const encode = encodeURIComponent;
