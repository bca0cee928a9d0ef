// Carries out what a person asked for: noted before, settled after, in the history and told once, whatever fails between.

import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { unknownOutcome } from '../../domain/decision/interrupted-changes.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import type { RequestGoal } from '../../domain/decision/request.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EventRecorder } from '../ports/cluster.ts';
import type { DecisionStore } from '../ports/decision-store.ts';
import type { RequestStore } from '../ports/request-store.ts';
import { AdapterError, type EventSink, type Log } from '../ports/world.ts';
import { decisionEvent } from '../report/decision-event.ts';
import { kubernetesEventOf } from '../report/kubernetes-events.ts';
import { orWarn, publish } from '../report/publish.ts';

export interface AskingPorts {
  readonly ticks: RequestStore;
  readonly decisions: DecisionStore;
  readonly events: EventSink;
  readonly noticeBoard: EventRecorder;
  readonly log: Log;
}

/** People who ask for one workload within the same millisecond; more of them are no people. */
const ASKING_AT_ONCE = 16;

/**
 * @param perform what is asked for, where it is not known before that nothing is to be done; it says what became of it
 * @returns the record as it is, or will be, in the history: what cannot be written there now, the next tick writes
 * @throws AdapterError where the table is away, before anything is done; and whatever `perform` throws, which the next tick
 * then finds out about
 */
export async function carryOutRequest(
  ports: AskingPorts,
  goal: RequestGoal,
  draft: Omit<DecisionRecord, 'outcome'>,
  perform: Outcome | ((noted: DecisionRecord) => Promise<Outcome>),
): Promise<DecisionRecord> {
  if (typeof perform !== 'function') {
    const record = await note(ports.ticks, goal, { ...draft, outcome: perform }, true);
    await finish(ports, record);
    return record;
  }
  const intended = await note(ports.ticks, goal, { ...draft, outcome: unknownOutcome('command') }, false);
  const record = { ...intended, outcome: await perform(intended) };
  const isSettled = record.outcome.unsettled !== true && (await settled(ports, record));
  if (isSettled) await finish(ports, record);
  else await recorded(ports, record);
  return record;
}

/** Puts a record into the history; false where that has to be tried again. */
export async function recorded(
  { decisions, log }: Pick<AskingPorts, 'decisions' | 'log'>,
  record: DecisionRecord,
): Promise<boolean> {
  return isDone(log, 'a request is not in the history yet; the next tick puts it there', record, () =>
    decisions.put(record),
  );
}

/** Under an id of its own: neither a tick at the same instant nor another request may write over it. */
async function note(
  store: RequestStore,
  goal: RequestGoal,
  record: DecisionRecord,
  isSettled: boolean,
): Promise<DecisionRecord> {
  const { decision } = record;
  for (let i = 1; i <= ASKING_AT_ONCE; i++) {
    const id = `${decision.id}-asked${i === 1 ? '' : `-${i}`}`;
    const noted = { ...record, decision: { ...decision, id } };
    if (await store.ask({ goal, record: noted, settled: isSettled, recorded: false, told: false })) return noted;
  }
  const message = `${workloadKey(decision.workload)} was asked for ${ASKING_AT_ONCE} things at the same instant: try again.`;
  throw new AdapterError('command', message, { retryable: true });
}

function settled({ ticks, log }: AskingPorts, record: DecisionRecord): Promise<boolean> {
  return isDone(log, 'what became of a request is not noted; the next tick finds it out', record, () =>
    ticks.settle(record),
  );
}

/** Told by whoever closes it: this command, or a tick that found it settled and not told. */
async function finish(ports: AskingPorts, record: DecisionRecord): Promise<void> {
  const { workload, id } = record.decision;
  const isRecorded = await recorded(ports, record);
  const close = () => ports.ticks.close(workload, id, isRecorded, 'command');
  let isOurs = false;
  await isDone(ports.log, 'a request is not closed; the next tick tells of it', record, async () => {
    // Where the answer was lost the claim may be ours: asked again, by the same name, it is certain.
    isOurs = await close().catch(close);
  });
  if (!isOurs) return;
  const event = decisionEvent(record);
  if (event !== null) await publish(ports, [event]);
  if (record.outcome.kind !== 'applied') return;
  const notice = kubernetesEventOf(record, undefined);
  if (notice !== null) await orWarn(ports.log, 'cluster was not told', () => ports.noticeBoard.post([notice]));
}

async function isDone(log: Log, what: string, record: DecisionRecord, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    log.warn(what, { workload: workloadKey(record.decision.workload), message: error.message });
    return false;
  }
}
