// A scaling policy as text or file → the policy, or every mistake at once, each with its field's path.
import { readFileSync } from 'node:fs';
import type { ScalingPolicy } from '../domain/complexity/scaling-policy.ts';
import { scalingPolicySchema } from './scaling-policy-schema.ts';

interface PolicyMistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** @param text JSON as seed 5 has it, or `@` and the path of a file that holds it; what it leaves out is as there */
export function readScalingPolicy(text: string): ScalingPolicy | { readonly mistakes: readonly PolicyMistake[] } {
  const wrong = (message: string) => ({ mistakes: [{ path: [], message }] });
  let json = text;
  if (text.startsWith('@'))
    try {
      json = readFileSync(text.slice(1), 'utf8');
    } catch (error) {
      return wrong(`${text.slice(1)} cannot be read (${error instanceof Error ? error.message : String(error)})`);
    }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return wrong(
      `expected JSON such as {"complexityThresholds":{"low":30,"medium":50,"high":80}}, or @ and a file's path (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  const read = scalingPolicySchema.safeParse(value);
  if (read.success) return read.data;
  return {
    mistakes: read.error.issues.map(({ path, message }) => ({
      path: path.map((part) => (typeof part === 'number' ? part : String(part))),
      message,
    })),
  };
}
