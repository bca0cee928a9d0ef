// ProposalStore on the table: what was asked for, and one item per answer, which expires once ticks know of it.
import { randomUUID } from 'node:crypto';
import type { ProposalAnswer, ProposalStore } from '../../app/ports/proposal-store.ts';
import { makeAskedChanges } from './asked-changes.ts';
import { expiry, knownOrRefused, numberOf, VERSIONS } from './items.ts';
import { policyPk, workloadPart } from './keys.ts';
import { absent, type Item, type Table } from './table.ts';

/** Among the policies, which commands write and nobody else, and after what a tick reads of them. */
const PREFIX = '~PROPOSAL#';

export function makeProposalStore(table: Table): ProposalStore {
  return {
    ...makeAskedChanges(table),
    async claim(ref, id, { answer, by, at }, until) {
      const key = { pk: policyPk(ref.cluster), sk: `${PREFIX}${workloadPart(ref)}#${id}` };
      const claim = randomUUID();
      const item = { ...key, v: VERSIONS.proposal, answer, by, at, claim, expires_at: expiry(until) };
      const { expression, values } = absent(table.now());
      // The SDK repeats a write whose answer was lost: then it is our own claim that is there.
      const condition = { expression: `${expression} OR claim = :claim`, values: { ...values, ':claim': claim } };
      if (await table.put(item, condition)) return null;
      return answerIn(await table.get(key, { consistent: true })) ?? { answer, by: null, at };
    },
  };
}

/** Null where it lapsed between two calls. */
function answerIn(item: Item | null): ProposalAnswer | null {
  const known = knownOrRefused(item, 'proposal');
  if (known === null) return null;
  const by = typeof known.by === 'string' ? known.by : null;
  return { answer: known.answer === 'rejected' ? 'rejected' : 'approved', by, at: numberOf(known, 'at') };
}
