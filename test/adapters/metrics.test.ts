// What a tick counts, as CloudWatch reads it out of the log: one metric always, three while there is something to tell.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeMeter } from '../../lib/adapters/metrics.ts';
import { CLUSTER_METRICS } from '../../lib/app/ports/meter.ts';

const WELL = { cluster: 'prod', seconds: 1.5, problems: 0, isOnHold: false };

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => vi.restoreAllMocks());

function sent() {
  return lines.map((line) => {
    const { _aws, ...rest } = JSON.parse(line);
    const [only, ...more] = _aws.CloudWatchMetrics;
    expect(more).toEqual([]);
    const { Namespace, Dimensions, Metrics } = only;
    return { Namespace, Dimensions, names: Metrics.map(({ Name }: { Name: string }) => Name), ...rest };
  });
}

describe('a finished tick', () => {
  it('is one line of its cluster, and of no other dimension', () => {
    const meter = makeMeter('AI4K8s/Ai4k8s');
    meter.tickFinished(WELL);
    meter.tickFinished({ ...WELL, cluster: 'dev', seconds: 0 });
    const common = { Namespace: 'AI4K8s/Ai4k8s', Dimensions: [['cluster']], names: ['TickSeconds'] };
    expect(sent()).toEqual([
      { ...common, cluster: 'prod', TickSeconds: 1.5 },
      { ...common, cluster: 'dev', TickSeconds: 0 },
    ]);
  });

  it('that is well sends one metric; what there is to tell comes beside it, four in all', () => {
    const meter = makeMeter('AI4K8s/Ai4k8s');
    meter.tickFinished({ ...WELL, problems: 3, isOnHold: true });
    meter.blastRadiusReached('prod');
    meter.tickFinished(WELL);
    const [troubled, limited, well] = sent();
    expect(troubled).toMatchObject({ Dimensions: [['cluster']], Problems: 3, OnHold: 1 });
    expect(limited).toMatchObject({ Dimensions: [['cluster']], cluster: 'prod', BlastRadiusReached: 1 });
    expect([...troubled.names, ...limited.names].toSorted()).toEqual(Object.values(CLUSTER_METRICS).toSorted());
    expect(well.names).toEqual(['TickSeconds']);
  });
});
