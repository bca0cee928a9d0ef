// What is said of all of a cluster or of a namespace, as data: every key of a level, and what each accepts.
import * as z from 'zod';
import { LEVEL_FIELDS, problemsOfLevel } from '../../domain/workload/level-fields.ts';
import { ENABLED_ALIAS, ENABLED_KEY } from '../../domain/workload/policy-fields.ts';
import { body, clusterParams, name } from './contract.ts';
import { shown } from './input-words.ts';
import { createRoute } from './route.ts';

const OF_NAMESPACE = LEVEL_FIELDS['namespace record'];
const OF_CLUSTER = LEVEL_FIELDS['cluster record'];
/** Of the two spellings of the opt-in the API has neither: it calls it `enabled`, as everywhere. */
const KEYS = Object.keys(OF_NAMESPACE).filter((key) => key !== ENABLED_ALIAS);

/** As the API calls a key of a policy. */
export function fieldOfKey(key: string): string {
  return key === ENABLED_KEY || key === ENABLED_ALIAS ? 'enabled' : key.replaceAll('-', '_');
}

export function keyOfField(field: string): string {
  return field === 'enabled' ? ENABLED_KEY : field.replaceAll('_', '-');
}

/** One of each sort: the first that a key takes is its example. */
const SAMPLES = [
  'true',
  '3',
  '70',
  '5m',
  'auto',
  'propose',
  'on',
  'both',
  '25%',
  'mon-fri 09:00-18:00',
  'Europe/Berlin',
];

const fields = Object.fromEntries(
  KEYS.map((key) => {
    const field = OF_NAMESPACE[key];
    const error = ({ input }: { readonly input?: unknown }) => `is ${shown(input)}, expected ${field?.expected}`;
    const value = z
      .union([z.string().max(100), z.number(), z.boolean()], { error })
      .refine((given) => field?.isAcceptable(String(given)), { error });
    const example = SAMPLES.find((text) => field?.isAcceptable(text));
    return [fieldOfKey(key), value.optional().meta({ description: field?.expected, example })];
  }),
);

const namespace = name.max(63).optional().meta({ description: 'Without it: of the whole cluster' });
const policyBody = z
  .strictObject({
    namespace,
    ...fields,
    unset: z
      .array(z.enum(KEYS.map(fieldOfKey)))
      .max(KEYS.length)
      .optional()
      .meta({ description: 'Keys that are not to be said any more' }),
  })
  .superRefine((given, context) => {
    const said: Readonly<Record<string, unknown>> = given;
    const stated = KEYS.map(fieldOfKey).filter((field) => said[field] !== undefined);
    const wide =
      given.namespace === undefined ? stated.filter((field) => !Object.hasOwn(OF_CLUSTER, keyOfField(field))) : [];
    for (const field of wide)
      context.addIssue({ code: 'custom', path: [field], message: 'is of a namespace: expected namespace beside it' });
    for (const field of given.unset ?? [])
      if (stated.includes(field))
        context.addIssue({
          code: 'custom',
          path: ['unset'],
          message: `has ${field}, which is also given a value: expected one of the two`,
        });
    if (stated.length === 0 && (given.unset ?? []).length === 0)
      context.addIssue({ code: 'custom', path: ['unset'], message: 'is missing, expected a key to set or to unset' });
  })
  .meta({ id: 'LevelPolicy' });

/** What is wrong with the whole that a request would leave. */
export function problemsOfWhole(of: string | null, values: Readonly<Record<string, string>>) {
  const level = of === null ? ('cluster record' as const) : ('namespace record' as const);
  return problemsOfLevel(level, values).map(({ key, message }) => ({ field: fieldOfKey(key), message }));
}

const PATH = '/api/autoscaling/policy/{cluster}';
export const policyRoute = createRoute({
  method: 'get',
  path: PATH,
  summary: 'What is said of all of a cluster and of its namespaces: defaults, caps, by whom and when',
  request: { params: clusterParams, query: z.object({ namespace }) },
});
export const setPolicyRoute = createRoute({
  method: 'post',
  path: PATH,
  summary: 'Says something of all of a namespace or of a cluster, or takes it back: defaults and caps of its workloads',
  request: { params: clusterParams, body: body(policyBody) },
});
export const POLICY_WRITES = [setPolicyRoute] as const;
