// Why a command on a workload's policy was not carried out, as a problem.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { CommandResult } from '../commands/commands.ts';
import { type ProblemError, problem } from './problem.ts';
import { absentMessage, saidOf, workloadOf } from './workload.ts';

export function refusedCommand(ref: WorkloadRef, result: Exclude<CommandResult, { kind: 'done' }>): ProblemError {
  const workload = workloadOf(ref);
  switch (result.kind) {
    case 'not_found':
      return problem(404, 'Unknown workload', absentMessage(ref), workload);
    case 'annotated':
      return problem(409, 'Set by annotation', annotatedDetail(saidOf(ref), result), {
        ...workload,
        keys: result.stated.map(({ key }) => key),
      });
    case 'invalid':
      return problem(400, 'Invalid policy', result.problems.join(' '), { ...workload, problems: result.problems });
  }
}

function annotatedDetail(said: string, { stated, refusal }: CommandResult & { kind: 'annotated' }): string {
  const keys = stated.map(({ key, annotation }) =>
    annotation.endsWith(`/${key}`) ? annotation : `${key} in ${annotation}`,
  );
  const why = refusal === undefined ? '' : `, and it could not be changed (${refusal})`;
  return `${said} states ${keys.join(', ')} as annotations, which win over this API${why}: change them there`;
}
