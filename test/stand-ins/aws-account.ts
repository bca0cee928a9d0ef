// Stands in for an account with one stack of ours in it: the questions of `ai4k8s verify`, answered in each service's own protocol
// from a synthesized template. A test may have any of them answered otherwise, denied, or not at all.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Template } from 'aws-cdk-lib/assertions';
import { type Answer, escaped, type Json, read, refusal, worded, xml, xmlError } from './aws-wire.ts';

const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const STACK = 'Plain';

/** An object is the answer's body; an Answer is sent as it is. `truth` is what would be answered without. */
type Lie = (input: Json, truth: () => object | Answer) => object | Answer;

export interface AwsAccount {
  readonly url: string;
  /** `service:Action`, in order. */
  readonly calls: readonly string[];
  /** By `service:Action`: answered like this from now on. */
  lie(action: string, lie: Lie): void;
  /** IAM says no to it. */
  deny(action: string): void;
  close(): void;
}

export interface AccountSettings {
  readonly template: Template;
  /** Where the API of the stack answers. */
  readonly apiUrl: string;
  /** Physical ids that are real here, by logical id; the rest are made up. */
  readonly physicalIds?: Readonly<Record<string, string>>;
  /** A table that really is there: what is asked of its items goes there. */
  readonly table?: { readonly endpoint: string; readonly tableName: string };
  readonly now?: () => number;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Json;
}

export async function startAwsAccount(settings: AccountSettings): Promise<AwsAccount> {
  const { template, table, now = Date.now } = settings;
  const lies = new Map<string, Lie>();
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { action, input } = read(request, body);
    calls.push(action);
    const lie = lies.get(action);
    if (lie === undefined && table !== undefined && /^dynamodb:(GetItem|Query)$/.test(action)) {
      const { host: _ours, ...headers } = request.headers as Record<string, string>;
      const forwarded = await fetch(table.endpoint, { method: 'POST', headers, body });
      response.writeHead(forwarded.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(await forwarded.text());
      return;
    }
    const truth = () => (truths[action] ?? unknown(action))(input);
    const said = lie === undefined ? truth() : lie(input, truth);
    const answer = 'status' in said && 'body' in said ? (said as Answer) : worded(action, said);
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const resources = template.toJSON().Resources as Readonly<Record<string, Resource>>;
  const physicalOf = (id: string, { Type }: Resource): string => {
    const real = settings.physicalIds?.[id];
    if (real !== undefined) return real;
    if (Type === 'AWS::SQS::Queue') return `${url}/${ACCOUNT}/${id}`;
    if (Type === 'AWS::DynamoDB::GlobalTable' && table !== undefined) return table.tableName;
    return id;
  };
  const idOf = (type: string, prefix = ''): string => {
    const found = Object.entries(resources).find(([id, { Type }]) => Type === type && id.startsWith(prefix));
    if (found === undefined) throw new Error(`the template has no ${type} ${prefix}*`);
    return physicalOf(...found);
  };
  const outputs = {
    ApiUrl: settings.apiUrl,
    TableName: idOf('AWS::DynamoDB::GlobalTable'),
    EventBusName: idOf('AWS::Events::EventBus'),
    GroqSecretArn: idOf('AWS::SecretsManager::Secret'),
  };
  const deployedAt = () => new Date(now() - 3_600_000).toISOString();
  const alarms = () => Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');

  const truths: Record<string, (input: Json) => object | Answer> = {
    'sts:GetCallerIdentity': () =>
      xml(
        'GetCallerIdentity',
        `<Arn>arn:aws:iam::${ACCOUNT}:user/ann</Arn><UserId>A</UserId><Account>${ACCOUNT}</Account>`,
      ),
    'cloudformation:DescribeStacks': ({ StackName }) =>
      StackName === STACK
        ? xml(
            'DescribeStacks',
            `<Stacks><member><StackName>${STACK}</StackName>
            <StackId>arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${STACK}/1-2</StackId>
            <StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>${deployedAt()}</CreationTime>
            <Outputs>${Object.entries(outputs)
              .map(
                ([key, value]) =>
                  `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`,
              )
              .join('')}</Outputs>
            </member></Stacks>`,
          )
        : xmlError(400, 'ValidationError', `Stack with id ${StackName} does not exist`),
    'cloudformation:GetTemplate': () =>
      xml('GetTemplate', `<TemplateBody>${escaped(JSON.stringify(template.toJSON()))}</TemplateBody>`),
    'cloudformation:ListStackResources': ({ NextToken }) => {
      // In pages, as CloudFormation gives them.
      const from = Number(NextToken ?? 0);
      const page = Object.entries(resources).slice(from, from + 50);
      const next = from + 50 < Object.keys(resources).length ? `<NextToken>${from + 50}</NextToken>` : '';
      const members = page.map(
        ([id, resource]) =>
          `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${escaped(physicalOf(id, resource))}</PhysicalResourceId><ResourceType>${resource.Type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>${deployedAt()}</LastUpdatedTimestamp></member>`,
      );
      return xml('ListStackResources', `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next}`);
    },
    'eks:DescribeAccessEntry': ({ principalArn }) => ({
      accessEntry: { clusterName: 'prod', principalArn, kubernetesGroups: ['ai4k8s-autoscaler'], type: 'STANDARD' },
    }),
    'dynamodb:DescribeTable': ({ TableName }) => ({
      Table: {
        TableName,
        TableStatus: 'ACTIVE',
        TableSizeBytes: 40_000_000,
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        DeletionProtectionEnabled: true,
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
    }),
    'dynamodb:DescribeTimeToLive': () => ({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' },
    }),
    'dynamodb:DescribeContinuousBackups': () => ({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
      },
    }),
    'events:DescribeEventBus': ({ Name }) => ({ Name, Arn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${Name}` }),
    'sqs:GetQueueAttributes': () => ({
      Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' },
    }),
    'secretsmanager:DescribeSecret': ({ SecretId }) => ({ ARN: SecretId, Name: SecretId, VersionIdsToStages: {} }),
    'cloudwatch:DescribeAlarms': ({ AlarmNames }) => ({
      MetricAlarms: alarms()
        .filter(([id]) => AlarmNames.includes(id))
        .map(([id, { Properties }]) => ({
          AlarmName: id,
          AlarmDescription: Properties.AlarmDescription,
          StateValue: 'OK',
          ActionsEnabled: true,
          AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:told'],
        })),
    }),
    'cloudwatch:GetMetricData': ({ MetricDataQueries, StartTime, EndTime }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }: Json) => ({
        Id,
        StatusCode: 'Complete',
        ...byTheMinute(StartTime, EndTime, A_MINUTE[MetricStat.Metric.MetricName] ?? 0),
      })),
    }),
  };

  return {
    url,
    calls,
    lie: (action, lie) => void lies.set(action, lie),
    deny(action) {
      const message = `User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: ${action} on resource: *`;
      lies.set(action, () => refusal(action, 'AccessDeniedException', message));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a stack of 200 workloads was reckoned to take (docs/deploy.md), of every function alike. */
const A_MINUTE: Readonly<Record<string, number>> = {
  Invocations: 1,
  Duration: 430,
  ConsumedWriteCapacityUnits: 25,
  ConsumedReadCapacityUnits: 26,
  NumberOfEmptyReceives: 15,
  IncomingBytes: 1500,
};

function byTheMinute(start: number, end: number, value: number): object {
  const times = Array.from({ length: (end - start) / 60 }, (_, i) => start + i * 60);
  return { Timestamps: times, Values: times.map(() => value) };
}

function unknown(action: string): (input: Json) => Answer {
  return () => refusal(action, 'UnknownOperationException', `the stand-in does not know ${action}`);
}
