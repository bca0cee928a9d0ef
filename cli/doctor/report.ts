// How the doctor's findings are read: can AI4K8s work here.
import { isBroken, type Section } from '../check.ts';
import { checksFor, checksText } from '../check-report.ts';

export function doctorText(sections: readonly Section[]): string {
  return checksText(sections, isBroken(sections) ? 'AI4K8s cannot work here yet' : 'AI4K8s can work here');
}

/** One object: `ok`, and the checks with the subject they belong to. */
export function doctorData(sections: readonly Section[]) {
  return { ok: !isBroken(sections), checks: checksFor(sections) };
}
