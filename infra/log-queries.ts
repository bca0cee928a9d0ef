// Questions to the logs that somebody asks at night, saved in CloudWatch Logs Insights: put the name in and run.
import { Stack } from 'aws-cdk-lib';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AutoscalerFunction } from './functions.ts';

/** Fields of the lines that lib/app/report/decision-log.ts writes, one per change. */
export const WHY_IT_SCALED = [
  'fields @timestamp, cluster, namespace, name, message, current, target, source, reason, outcome, requestedBy, decision_id, function_request_id, cold_start',
  'filter message like /^decision (applied|refused|failed|conflicted)$/',
  'filter name like /.*/ # put the name of the workload between the slashes',
  'sort @timestamp desc',
  'limit 200',
];

/** Ours by their level; what Lambda itself says of a function that died has none. */
const WHAT_FAILED = [
  'fields @timestamp, level, message, cluster, workload, coalesce(why, detail, outcome, problem, @message) as cause, function_request_id, @logStream',
  'filter level in ["ERROR", "WARN"] or @message like /Task timed out|Runtime\\.|Status: (timeout|error)/',
  'sort @timestamp desc',
  'limit 200',
];

export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, functions: readonly AutoscalerFunction[]) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const logGroupNames = functions.map(({ log }) => log.logGroupName);
    const save = (queryId: string, name: string, lines: readonly string[]) =>
      new CfnQueryDefinition(this, queryId, {
        name: `${stackName}/${name}`,
        queryString: lines.join('\n| '),
        logGroupNames,
      });
    save('WhyItScaled', 'Why did X scale', WHY_IT_SCALED);
    save('WhatFailed', 'What failed', WHAT_FAILED);
  }
}
