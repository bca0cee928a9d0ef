// A scaling policy as text or file → the policy, or every mistake at once, each with its field's path.
import type { ScalingPolicy } from '../domain/complexity/scaling-policy.ts';
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
    mistakes: read.error.issues.map(({ path, message }) => ({
      path: path.map((part) => (typeof part === 'number' ? part : String(part))),
      message,
    })),
  };
}
