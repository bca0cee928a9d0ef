// Stands in for an API server of Kubernetes 1.35 with pods/resize, which the control plane of the cluster tests has not: discovery,
// strategic merge by name, the version as a precondition, and the refusals, worded as that API is documented.
import { type ObjectServer, startObjectServer } from './object-server.ts';
import answers from './resize-answers.json' with { type: 'json' };

// biome-ignore lint/suspicious/noExplicitAny: objects of many kinds, as JSON
type Json = any;

type Refusal = 'rbac' | 'quota' | 'range' | 'qos' | 'conflict';

export interface ResizeServer extends ObjectServer {
  /** What it does with resizes; changed by the test. */
  readonly mode: {
    isServed: boolean;
    refuse: Refusal | null;
    condition: 'infeasible' | 'deferred' | 'inProgress' | null;
    loses: boolean;
    /** Says yes, and something (an admission webhook) puts back what was asked for. */
    ignores: boolean;
    /** Of every answer to a resize, where it is to be none of the above. */
    status: number | null;
    /** Of the answer to discovery. */
    discovery: number;
  };
  /** Messages of refusals in the place of the usual ones; changed by the test. */
  readonly answers: Partial<Record<Refusal, string>>;
  /** Bodies of the resizes that were asked for, with the pod's name and the type of patch. */
  readonly resizes: { readonly pod: string; readonly body: Json; readonly type: string }[];
}

export async function startResizeServer(): Promise<ResizeServer> {
  const mode: ResizeServer['mode'] = {
    isServed: true,
    refuse: null,
    condition: null,
    loses: false,
    ignores: false,
    status: null,
    discovery: 200,
  };
  const resizes: { pod: string; body: Json; type: string }[] = [];
  const said: Partial<Record<Refusal, string>> = {};
  let version = 1000;
  const server = await startObjectServer((method, pathname, body, type) => {
    if (pathname === '/api/v1')
      return [mode.discovery, { resources: mode.isServed ? [answers.pods, answers.served] : [answers.pods] }];
    const name = /\/pods\/([^/]+)\/resize$/.exec(pathname)?.[1];
    if (name === undefined || method !== 'PATCH') return null;
    resizes.push({ pod: name, body, type });
    return resized(name, body);
  });

  function resized(name: string, body: Json): readonly [number, Json] {
    const pod = server.objects.pods?.find(({ metadata }) => metadata.name === name);
    if (mode.status !== null) return [mode.status, { message: `it says ${mode.status}` }];
    if (!mode.isServed || pod === undefined)
      return [404, { message: 'the server could not find the requested resource' }];
    const isAsRead = body.metadata?.resourceVersion === pod.metadata.resourceVersion;
    const refused = mode.refuse ?? (isAsRead ? null : 'conflict');
    if (refused !== null) return [answers[refused].code, status(refused, name, said[refused])];
    if (mode.ignores) return [200, pod];
    merge(pod.spec, body.spec);
    pod.metadata.resourceVersion = String(++version);
    pod.metadata.managedFields = [{ manager: 'ai4k8s', operation: 'Update', subresource: 'resize' }];
    if (mode.condition !== null) pod.status.conditions.push(answers[mode.condition]);
    return mode.loses ? [500, { message: 'the answer is lost' }] : [200, pod];
  }

  return Object.assign(server, { mode, resizes, answers: said });
}

function status(refusal: Refusal, pod: string, said?: string): Json {
  const { code, reason, message: usual } = answers[refusal];
  const message = said ?? usual;
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message: message.replace('POD', pod) };
}

/** Lists of containers merge by name; of each, requests and limits by resource. */
function merge(spec: Json, patch: Json): void {
  for (const list of ['containers', 'initContainers'])
    for (const change of patch[list] ?? []) {
      const container = spec[list].find(({ name }: Json) => name === change.name);
      container.resources = {
        ...container.resources,
        ...Object.fromEntries(
          Object.entries(change.resources).map(([kind, amounts]) => [
            kind,
            { ...container.resources?.[kind], ...(amounts as object) },
          ]),
        ),
      };
    }
}
