// What the stack's alarms say, each worded by its impact: those that ring are told one by one, the rest in one line.
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { fewOf } from '../../lib/domain/text/clean-text.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import { asking, LIMITS } from './asking.ts';
import { type Installation, ofType } from './installation.ts';

/** CloudWatch takes so many names at once. */
const AT_ONCE = 100;
const SHOWN = 5;
const NAME = 'alarms';
/** Silence is counted from before there was anything to hear: what rings then may be over soon. */
const YOUNG_MS = 10 * 60_000;

/** Throws nothing. */
export async function alarmChecks(
  { resources, region, createdAt }: Installation,
  now: EpochMs,
): Promise<readonly Check[]> {
  const ids = new Map(ofType(resources, 'AWS::CloudWatch::Alarm').map(([id, { physicalId }]) => [physicalId, id]));
  const names = [...ids.keys()];
  const subject = `${names.length} alarms of the stack`;
  return asking({ name: NAME, action: 'cloudwatch:DescribeAlarms', subject }, async () => {
    const client = new CloudWatchClient({ ...LIMITS, region });
    const found: MetricAlarm[] = [];
    try {
      for (let from = 0; from < names.length; from += AT_ONCE) {
        const AlarmNames = names.slice(from, from + AT_ONCE);
        const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames, MaxRecords: AT_ONCE }));
        found.push(...MetricAlarms);
      }
    } finally {
      client.destroy();
    }
    return checksOf(ids, found, now - createdAt < YOUNG_MS);
  });
}

/** @param ids logical ids by the name of the alarm: those tell what is meant, names tell the stack */
function checksOf(ids: ReadonlyMap<string, string>, found: readonly MetricAlarm[], isYoung: boolean): readonly Check[] {
  const wordOf = (name = '') => plain(ids.get(name) ?? name);
  const inState = (state: string) => found.filter(({ StateValue }) => StateValue === state);
  const [ringing, unknown] = [inState('ALARM'), inState('INSUFFICIENT_DATA')];
  const known = new Set(found.map(({ AlarmName }) => AlarmName));
  const gone = [...ids.keys()].filter((name) => !known.has(name));
  const told = found.some(({ AlarmActions = [] }) => AlarmActions.length > 0);
  const silent = found.filter(({ ActionsEnabled }) => ActionsEnabled === false);
  const nobody = told ? '' : '; nobody is told of them (alarmEmail, alarmTopicArn)';
  const few = (names: readonly string[]) => fewOf(names, SHOWN);
  return [
    ok(NAME, `${inState('OK').length} of ${ids.size} are OK${nobody}`),
    ...ringing.map(({ AlarmName, AlarmDescription = '', StateReason = '' }) => {
      const [name, saw] = [`alarm ${wordOf(AlarmName)}`, `is in ALARM: ${AlarmDescription || StateReason}`];
      if (isYoung) return warning(name, saw, 'the stack is new: ask again in ten minutes');
      return broken(name, saw, 'docs/runbook.md, "Alarms"');
    }),
    ...(unknown.length === 0
      ? []
      : [
          warning(
            'alarms without data',
            few(unknown.map(({ AlarmName }) => wordOf(AlarmName))),
            'a new alarm has none for some minutes: ask again',
          ),
        ]),
    ...(gone.length === 0
      ? []
      : [broken('alarms that are gone', few(gone.map(wordOf)), 'find out who removed them, and deploy again')]),
    ...(silent.length === 0
      ? []
      : [
          warning(
            'alarms that are silenced',
            few(silent.map(({ AlarmName }) => wordOf(AlarmName))),
            'aws cloudwatch enable-alarm-actions --alarm-names …',
          ),
        ]),
  ];
}

/** `Alarmsprodstale1A2B3C4D` as the template has it, without the hash at its end. */
function plain(id: string): string {
  return id.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, '');
}
