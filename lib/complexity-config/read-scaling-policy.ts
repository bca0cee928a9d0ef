// A scaling policy as text or file → the policy, or every mistake at once, each with its field's path.
import { COMPLEXITY_LEVELS, type ScalingPolicy } from '../domain/complexity/scaling-policy.ts';
import { readJsonSetting } from '../json-setting.ts';
import { scalingPolicySchema } from './scaling-policy-schema.ts';

interface PolicyMistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const EXPECTED =
  'expected JSON such as {"complexityThresholds":{"low":30,"medium":50,"high":80}}, or @ and a file\'s path';

/** @param text JSON as seed 5 has it, or `@` and the path of a file that holds it; what it leaves out is as there */
export function readScalingPolicy(text: string): ScalingPolicy | { readonly mistakes: readonly PolicyMistake[] } {
  const json = readJsonSetting(text, EXPECTED);
  if ('problem' in json) return { mistakes: [{ path: [], message: json.problem }] };
  const read = scalingPolicySchema.safeParse(json.value);
  if (read.success) return read.data;
  return {
    mistakes: read.error.issues.map((issue) => ({
      path: issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
      message: issue.code === 'unrecognized_keys' ? notKnown(issue.keys, issue.path.length === 0) : issue.message,
    })),
  };
}

/** Fields of a signal's `scaling` alone, which has all of a policy's as well. */
const OF_SIGNALS: readonly string[] = ['scaleUpAt', 'queue'];

function notKnown(keys: readonly string[], isWhole: boolean): string {
  const known = isWhole ? Object.keys(scalingPolicySchema.shape) : COMPLEXITY_LEVELS;
  const has = `has ${keys.map((key) => JSON.stringify(key)).join(', ')}, expected ${known.join(', ')} alone`;
  const ofSignals = isWhole && keys.some((key) => OF_SIGNALS.includes(key));
  return ofSignals ? `${has}: ${OF_SIGNALS.join(' and ')} are said of a signal, in the "scaling" of SIGNALS` : has;
}
