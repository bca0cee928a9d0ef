// `--kind`: of what kind the named workload is, for every command that takes one.
import { InvalidArgumentError, Option } from 'commander';
import { WORKLOAD_KINDS, type WorkloadKind } from '../lib/domain/workload/kind.ts';

/** In any case of letters, as kubectl takes it. */
export function kindOption(): Option {
  return new Option('--kind <kind>', 'of the workload; another kind than Deployment where an HPA drives it')
    .choices(WORKLOAD_KINDS)
    .default('Deployment')
    .argParser(oneOfThem);
}

function oneOfThem(text: string): WorkloadKind {
  const kind = WORKLOAD_KINDS.find((one) => one.toLowerCase() === text.toLowerCase());
  if (kind !== undefined) return kind;
  throw new InvalidArgumentError(`expected one of ${WORKLOAD_KINDS.join(', ')}.`);
}
