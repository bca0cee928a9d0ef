// What a source's or a signal's fields must be to each other, beyond the shape of each.
import { problemOfEntry, problemOfUrl } from '../net/allowed-hosts.ts';
import type { SignalConfig, SourceConfig, SourceKind } from './shape.ts';

interface Problem {
  /** Within the source or the signal. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** @param allow the list of hosts; entries of it that are no hosts allow nothing */
export function problemsOfSource(source: SourceConfig, allow: readonly string[]): readonly Problem[] {
  const hosts = allow.filter((entry) => problemOfEntry(entry) === null);
  const ofUrl = (url: string, path: Problem['path']): readonly Problem[] => {
    const message = problemOfUrl(new URL(url), hosts);
    return message === null ? [] : [{ path, message }];
  };
  if (source.kind === 'prometheus') {
    const both = source.sigv4 !== undefined && source.tokenSecretId !== undefined;
    const message = 'is a second way to say who asks, beside tokenSecretId: keep one';
    return [...ofUrl(source.url, ['url']), ...(both ? [{ path: ['sigv4'], message }] : [])];
  }
  if (source.kind !== 'probe') return [];
  return source.targets.flatMap(({ workload, url }, i) => {
    const isSecond = source.targets.findIndex((other) => other.workload === workload) < i;
    const message = `${workload} has a URL already: keep one`;
    const twice = isSecond ? [{ path: ['targets', i, 'workload'], message }] : [];
    return [...ofUrl(url, ['targets', i, 'url']), ...twice];
  });
}

/** @param sources the sources that it is read from */
export function problemsOfSignal(
  signal: SignalConfig<SourceKind>,
  sources: readonly SourceConfig[],
): readonly Problem[] {
  const of = (path: string, message: string | null) => (message === null ? [] : [{ path: path.split('.'), message }]);
  const { kind, worse, deadband } = signal;
  const ofLevels = 'is of a level only: a load has no band';
  return [
    ...of('source', problemOfSources(sources)),
    ...of('worse', kind === 'load' && worse !== undefined ? ofLevels : null),
    ...of('deadband', kind === 'load' && deadband !== undefined ? ofLevels : null),
    ...problemsOfScaling(signal),
    ...('query' in signal ? of('query', problemOfQuery(signal.query)) : []),
    ...('on' in signal ? of('on', problemOfPods(signal)) : []),
    ...('stat' in signal ? problemsOfProbe(signal) : []),
    ...('metric' in signal && typeof signal.metric === 'object' ? problemsOfMetric(signal.kind, signal.metric) : []),
  ];
}

function problemsOfScaling({ kind, worse, scaling, name }: SignalConfig<SourceKind>): readonly Problem[] {
  if (scaling === undefined) return [];
  const of = (message: string | null) => (message === null ? [] : [{ path: ['scaling'], message }]);
  return [
    ...of(kind === 'load' ? 'is of a level only: a score is not shared by replicas' : null),
    ...of(worse === undefined ? null : 'is of a score, of which more is worse: leave out "worse"'),
    ...of(scaling.queue === name ? 'names itself as its queue: expected the signal of what waits' : null),
  ];
}

function problemOfSources(sources: readonly SourceConfig[]): string | null {
  const kinds = new Set(sources.map(({ kind }) => kind));
  if (kinds.size > 1) return `its sources are of different kinds (${[...kinds].join(', ')}): expected one kind`;
  const clusters = sources.flatMap((source) => source.clusters ?? ['*']);
  const shared = sources.length > 1 ? clusters.find((id, i) => id === '*' || clusters.indexOf(id) !== i) : undefined;
  if (shared === undefined) return null;
  return shared === '*'
    ? 'it has several sources, and one of them says no "clusters": say which clusters each knows'
    : `two of its sources know the cluster ${shared}: one has to measure it`;
}

/** Braces of PromQL hold what is in quotes, or `=`. */
function problemOfQuery(query: string): string | null {
  const other = [...query.matchAll(/\{\s*([a-z_]+)\s*\}/g)].map(([, name]) => name).find((name) => name !== 'cluster');
  return other === undefined
    ? null
    : `{${other}} is not replaced: one query is asked for all workloads, grouped by namespace and deployment; only {cluster} may stand in it`;
}

function problemOfPods({ kind, on, across }: SignalConfig<'custom-metrics'>): string | null {
  const isOfPods = kind === 'level' && on === 'pods';
  if (isOfPods === (across !== undefined)) return null;
  return isOfPods
    ? 'pods are not summed of a level: say "across" as "mean" or "max", or use "deployments"'
    : '"across" is of a level of pods only: leave it out';
}

function problemsOfProbe({ kind, stat, unit, worse }: SignalConfig<'probe'>): readonly Problem[] {
  const expected = stat === 'success' ? '%' : 'ms';
  return [
    ...(kind === 'load' ? [{ path: ['kind'], message: 'a probe measures levels: expected "level"' }] : []),
    ...(unit === expected ? [] : [{ path: ['unit'], message: `a probe's ${stat} is in ${expected}` }]),
    ...(stat !== 'success' && worse === 'lower'
      ? [{ path: ['worse'], message: 'a latency is worse where it is higher' }]
      : []),
  ];
}

function problemsOfMetric(
  kind: SignalConfig<SourceKind>['kind'],
  { dimensions, of, times }: SignalConfig<'cloudwatch'>['metric'],
): readonly Problem[] {
  const values = [...Object.values(dimensions), ...Object.values(of ?? {}).flatMap((one) => Object.values(one))];
  const other = values
    .flatMap((value) => [...value.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? ''))
    .find((name) => name !== 'namespace' && name !== 'name');
  const namesWorkload = of !== undefined || Object.values(dimensions).some((value) => value.includes('{name}'));
  return [
    ...(other === undefined
      ? []
      : [{ path: ['metric', 'dimensions'], message: `{${other}} is not replaced: {namespace} and {name} are` }]),
    ...(namesWorkload
      ? []
      : [
          {
            path: ['metric', 'dimensions'],
            message:
              'nothing in it names the workload, so that all would read the same: use {name}, or state "of" by workload',
          },
        ]),
    ...(times !== undefined && kind === 'level'
      ? [{ path: ['metric', 'times'], message: 'is of a load only: a level is not shared by replicas' }]
      : []),
  ];
}
