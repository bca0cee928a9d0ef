// A stand-in for CloudWatch: keeps what is counted, by functions in their logs (EMF) and by AWS itself, and says which alarms of
// the synthesized template are red. Windows end now, and are looked at whenever somebody asks.
import { deployedResources } from '../make/deployed-template.ts';

interface Datum {
  readonly value: number;
  readonly at: number;
}

interface AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Value: unknown }[];
  readonly Statistic: 'Sum' | 'SampleCount' | 'Maximum';
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: 'breaching' | 'notBreaching';
}

export interface CloudWatch {
  /** @param of value of its dimension: a name, or the first part of a logical id */
  count(namespace: string, metric: string, of: string, value: number, at: number): void;
  /** Takes metrics out of a line of a function's log. False where it holds none. */
  takeLine(line: string, at: number): boolean;
  /** Names of the alarms that are red, as infra/ gives them, in order. */
  red(at: number): readonly string[];
}

export function makeCloudWatch(): CloudWatch {
  const alarms = Object.entries(deployedResources()).flatMap(([, { Type, Properties, Metadata }]) => {
    if (Type !== 'AWS::CloudWatch::Alarm') return [];
    // Deployed/Alarms/NAME/Resource
    const [, , name = ''] = String(Metadata?.['aws:cdk:path']).split('/');
    const properties = Properties as AlarmProperties;
    return [{ name, properties, mine: [] as Datum[], of: JSON.stringify(properties.Dimensions) }];
  });
  const count: CloudWatch['count'] = (namespace, metric, of, value, at) => {
    for (const alarm of alarms) {
      const { Namespace, MetricName } = alarm.properties;
      const isItsOwn = Namespace === namespace && MetricName === metric && alarm.of.includes(`"${of}`);
      if (isItsOwn) alarm.mine.push({ value, at });
    }
  };
  return {
    count,
    takeLine(line, at) {
      if (!line.includes('"_aws"')) return false;
      const { _aws, ...values } = JSON.parse(line);
      for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics)
        for (const { Name } of Metrics) count(Namespace, Name, values[Dimensions[0][0]], values[Name], at);
      return true;
    },
    red: (at) => alarms.flatMap(({ name, properties, mine }) => (isRed(properties, mine, at) ? [name] : [])).toSorted(),
  };
}

function isRed(alarm: AlarmProperties, mine: readonly Datum[], at: number): boolean {
  const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = alarm;
  const windows = Array.from({ length: EvaluationPeriods }, (_, i) => {
    const to = at - i * Period * 1000;
    return mine.filter((datum) => datum.at <= to && datum.at > to - Period * 1000).map(({ value }) => value);
  });
  return windows.filter((values) => isBreaching(alarm, values)).length >= DatapointsToAlarm;
}

const STATISTICS = {
  Sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  SampleCount: (values: readonly number[]) => values.length,
  Maximum: (values: readonly number[]) => Math.max(...values),
};

function isBreaching(alarm: AlarmProperties, values: readonly number[]): boolean {
  // A statistic of no data is no data, a count of samples too.
  if (values.length === 0) return alarm.TreatMissingData === 'breaching';
  const value = STATISTICS[alarm.Statistic](values);
  return alarm.ComparisonOperator === 'LessThanThreshold' ? value < alarm.Threshold : value >= alarm.Threshold;
}
