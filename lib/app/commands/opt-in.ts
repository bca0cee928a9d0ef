// The opt-in as an annotation, where an installation may annotate: the key that is there is changed, however it is spelled.

import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { ANNOTATION_PREFIX, ENABLED_ALIAS, ENABLED_KEY } from '../../domain/workload/policy-fields.ts';
import { type Known, lookedUp } from '../apply/lost-answer.ts';
import type { ClusterReader, ClusterWriter } from '../ports/cluster.ts';
import { AdapterError, type Log } from '../ports/world.ts';

export interface OptInPorts {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly log: Log;
}

type Annotations = Readonly<Record<string, string>>;

const ON: Readonly<Record<string, string>> = { [ENABLED_KEY]: 'true', [ENABLED_ALIAS]: 'enabled' };

/** The opt-in is ours to change; every other annotation is the user's, and so is what his JSON holds. */
export function withoutOptIn(annotations: Annotations): Annotations {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !optInsOf(annotations).includes(key)));
}

/** The annotations that are an opt-in of their own, as they are spelled. */
export function optInsOf(annotations: Annotations): readonly string[] {
  return Object.keys(ON)
    .map((key) => ANNOTATION_PREFIX + key)
    .filter((key) => Object.hasOwn(annotations, key));
}

/**
 * Sets or takes away the opt-in of a Deployment.
 * @returns why it could not be, or null; where none was there before, the record in the table stands all the same
 */
export async function setOptIn(
  { reader, writer, log }: OptInPorts,
  { workload, annotations }: Observation,
  enabled: boolean,
): Promise<string | null> {
  const there = optInsOf(annotations);
  const keys = there.length > 0 || !enabled ? there : [ANNOTATION_PREFIX + ENABLED_KEY];
  if (keys.length === 0) return null;
  const wanted = Object.fromEntries(
    keys.map((key) => [key, enabled ? (ON[key.slice(ANNOTATION_PREFIX.length)] ?? null) : null]),
  );
  const look = async () => {
    const fresh = (await reader.workload(workload))?.annotations ?? {};
    const isDone = Object.entries(wanted).every(([key, value]) => (fresh[key] ?? null) === value);
    return { isDone, found: isDone ? '' : 'its annotations are as they were' };
  };
  const result = await lookedUp(() => writer.annotate(workload, wanted), look).catch(refusal);
  if (result.kind === 'applied') return null;
  const why = result.kind === 'not_found' ? 'the Deployment is gone' : result.message;
  log.warn('the Deployment was not marked', { workload: workloadKey(workload), why });
  return why;
}

function refusal(error: unknown): Known {
  if (!(error instanceof AdapterError)) throw error;
  return { kind: 'forbidden', message: error.message };
}
