// The variable POLICY_DEFAULTS: what the installation says for all of its clusters, in the keys of annotations.
import * as z from 'zod';
import { problemsOfLevel, type Values } from './domain/workload/level-fields.ts';

const EXAMPLE = 'expected JSON such as {"slo":"99.9","cap-max-replicas":"50","allow-zero":"dev,preview"}';
const flat = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** A misspelt key or a value that cannot be read is an error of the environment, each named. */
export const policyDefaults = z.string().transform((text, context): Values => {
  const parsed = flat.safeParse(jsonOrNull(text));
  if (!parsed.success) {
    context.addIssue({ code: 'custom', message: EXAMPLE });
    return z.NEVER;
  }
  const values = Object.fromEntries(Object.entries(parsed.data).map(([key, value]) => [key, String(value)]));
  for (const { key, message } of problemsOfLevel('installation', values))
    context.addIssue({ code: 'custom', path: [key], message });
  return values;
});

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
