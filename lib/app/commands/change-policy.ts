// A policy written at somebody's request: with a line in the history, and with the floor given back that it no longer allows.

import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { mayHoldFloor } from '../../domain/hpa/floor.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { ENABLED_KEY } from '../../domain/workload/policy-fields.ts';
import type { GivenBack } from '../apply/give-floor-back.ts';
import { releaseWorkload } from '../apply/release-floors.ts';
import type { StandingPorts } from '../known-state.ts';
import type { PolicyRecord, PolicyStore } from '../ports/policy-store.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import { AdapterError } from '../ports/world.ts';
import { recommend, type Stored, unasked } from '../recommend.ts';
import type { DecidePorts, DecideSettings } from '../tick/decide-shard.ts';
import { optInsOf, setOptIn } from './opt-in.ts';
import { type AskingPorts, carryOutRequest } from './request-journal.ts';

export type PolicyChangePorts = Omit<DecidePorts, 'series'> &
  AskingPorts &
  StandingPorts & { readonly policies: PolicyStore; readonly schedules: ScheduleStore };

export interface PolicyChange {
  readonly observed: Observation;
  readonly stored: Stored | null;
  /** As they will be. */
  readonly annotations: Observation['annotations'];
  readonly record: PolicyRecord;
  readonly values: Readonly<Record<string, string>>;
  /** Whether the Deployment's own opt-in is to be set, or taken away; null where that is not ours to do. */
  readonly optIn: boolean | null;
}

export interface PolicyChanged {
  readonly released: readonly GivenBack[];
  /** Why the opt-in that is annotated could not be changed: then nothing was. */
  readonly refusal: string | null;
}

/** @throws AdapterError where the table is away */
export async function carryOutPolicyChange(
  ports: PolicyChangePorts,
  settings: DecideSettings,
  change: PolicyChange,
): Promise<PolicyChanged> {
  const { observed, stored, annotations, record, values, optIn } = change;
  const draft = await draftAs(ports, settings, { ...observed, annotations }, stored, record, record.updatedBy);
  const kind = draft.outcome.kind;
  const what = whatChanged(values);
  let changed: PolicyChanged = { released: [], refusal: null };
  await carryOutRequest(ports, { kind: 'policy', done: { kind, message: what } }, draft, async (): Promise<Outcome> => {
    const { killSwitch } = settings;
    const why = optIn === null ? null : (killSwitch ?? (await setOptIn(ports, observed, optIn)));
    // Where nothing was annotated the record decides alone; an opt-in that is there and stays would win over it.
    if (why !== null && optInsOf(observed.annotations).length > 0) {
      changed = { released: [], refusal: why };
      return {
        kind: 'failed',
        code: 'opt_in_stays',
        message: `not ${what}: ${optInsOf(observed.annotations).join(', ')} stays: ${why}`,
      };
    }
    await ports.policies.put(record);
    const mayStay = mayHoldFloor(draft.assessment.policy, observed.owner);
    changed = { released: mayStay ? [] : await giveBackNow(ports, settings, observed), refusal: null };
    return { kind, message: [what, ...changed.released.map(({ message }) => message)].join('; ') };
  });
  return changed;
}

/** A record of what was decided when somebody asked for something else: no LLM is asked for it. */
export async function draftAs(
  ports: PolicyChangePorts,
  settings: DecideSettings,
  seen: Observation,
  stored: Stored | null,
  policy: PolicyRecord | null,
  requestedBy: string | null,
): Promise<DecisionRecord> {
  const stated: PolicyStore['stated'] = async (ref) => ({
    ...(await ports.policies.stated(ref)),
    record: policy?.values ?? null,
  });
  const as = { ...unasked(ports), policies: { ...ports.policies, stated } };
  return { ...(await recommend(as, settings, stored, seen)), requestedBy };
}

function whatChanged(values: PolicyChange['values']): string {
  const { [ENABLED_KEY]: enabled, paused, 'trusted-since': trusted, ...rest } = values;
  const { 'paused-until': until, 'paused-reason': reason, ...others } = rest;
  const again = trusted === undefined ? '' : ', and trusted again';
  if (enabled === 'false') return 'disabled; its replicas stay as they are';
  const keys = Object.entries(others).flatMap(([key, value]) => (value === '' ? [] : [`${key} ${value}`]));
  if (enabled === 'true') return ['enabled', ...keys].join(', ') + again;
  if (paused === 'false') return `resumed${again}`;
  const long = `${until ? ` until ${until}` : ''}${reason ? ` (${reason})` : ''}`;
  if (paused === 'true') return [`paused${long}; its replicas stay as they are`, ...keys].join(', ');
  return [`paused for ${paused}${long}`, ...keys].join(', ');
}

/** The policy stands whatever becomes of the floor: what fails here is told, and tried again by the ticks and the watchdog. */
async function giveBackNow(
  ports: PolicyChangePorts,
  { killSwitch }: DecideSettings,
  { workload, hpa }: Observation,
): Promise<readonly GivenBack[]> {
  const notYet = (why: string): readonly GivenBack[] => [
    { kind: 'failed', hpa: hpa?.name ?? '', message: `its floor is not given back yet: ${why}` },
  ];
  try {
    const isHeld = hpa?.ownMinReplicas !== undefined || (await ports.floors.get(workload)) !== null;
    if (!isHeld) return [];
    return killSwitch === null ? await releaseWorkload(ports, workload) : notYet(killSwitch);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return notYet(error.message);
  }
}
