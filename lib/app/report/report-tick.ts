// The end of a tick: events on the bus, and Kubernetes Events in the cluster. That nobody could be told undoes nothing.
import pLimit from 'p-limit';
import { LAST_DECISION_ANNOTATION } from '../../domain/workload/policy-fields.ts';
import type { ShardResult } from '../apply/apply-shard.ts';
import type { ClusterWriter, EventRecorder, KubernetesEvent } from '../ports/cluster.ts';
import type { TickSummary } from '../ports/tick-store.ts';
import { AdapterError, type AutoscalerEvent, type EventSink, type Log } from '../ports/world.ts';
import { capped } from './kubernetes-events.ts';
import { orWarn, publish } from './publish.ts';

export interface ReportPorts {
  readonly events: EventSink;
  readonly noticeBoard: EventRecorder;
  readonly writer: ClusterWriter;
  readonly log: Log;
}

const WRITES_AT_ONCE = 4;

/** @param problems how many there are: the summary names the first of them */
export async function reportTick(
  ports: ReportPorts,
  settings: { readonly annotate: boolean; readonly killSwitch: string | null },
  summary: TickSummary,
  results: readonly ShardResult[],
  safety: readonly AutoscalerEvent[],
  problems = summary.problems.length,
): Promise<void> {
  const { cluster, workloads, enabled, applied, scheduledAt } = summary;
  const stopped = settings.killSwitch === null ? {} : { kill_switch: settings.killSwitch };
  const counts = { cluster, workloads, enabled, applied, problems, ...stopped };
  const finished: AutoscalerEvent = { type: 'TickFinished', at: scheduledAt, detail: counts };
  await tellShards(ports, settings, results, [...safety, finished]);
  ports.log.info('tick finished', counts);
}

/**
 * What some shards of a tick have to tell.
 * @param share of the tick's shards that they are: so much of what a tick may tell the cluster is theirs
 */
export async function tellShards(
  ports: ReportPorts,
  settings: { readonly annotate: boolean; readonly killSwitch: string | null },
  results: readonly ShardResult[],
  events: readonly AutoscalerEvent[],
  share = 1,
): Promise<void> {
  const told = [...results.flatMap((result) => result.events), ...events];
  if (told.length > 0) await publish(ports, told);
  // Whoever set the kill switch, or started us to look only, wants nothing written: not a word.
  if (settings.killSwitch === null) await tellCluster(ports, settings, results, share);
}

async function tellCluster(
  ports: ReportPorts,
  { annotate }: { readonly annotate: boolean },
  results: readonly ShardResult[],
  share: number,
) {
  const notices = capped(
    results.flatMap((result) => result.notices),
    share,
  );
  await orWarn(ports.log, 'cluster was not told', () => ports.noticeBoard.post(notices));
  if (annotate) await annotateAll(ports, notices);
}

/** Deployments only: the optional role reaches no further. */
async function annotateAll(ports: ReportPorts, notices: readonly KubernetesEvent[]): Promise<void> {
  const writing = pLimit(WRITES_AT_ONCE);
  await Promise.all(
    notices
      .filter(({ workload }) => workload.kind === undefined)
      .map(({ workload, at, note }) =>
        writing(() =>
          orWarn(ports.log, 'last decision was not annotated', async () => {
            const text = `${new Date(at).toISOString()} ${note}`;
            const result = await ports.writer.annotate(workload, { [LAST_DECISION_ANNOTATION]: text });
            if (result.kind === 'forbidden') throw new AdapterError('kubernetes', result.message, { retryable: false });
          }),
        ),
      ),
  );
}
