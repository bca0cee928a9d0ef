// What the template promises: rights, routes, the clock, what is kept and what wakes somebody.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ROUTES } from '../../lib/app/api/contract.ts';
import { readConfig } from '../../lib/config.ts';
import { PROJECT, propertiesOf, type Synthesis, synthesise } from './synthesis.ts';

const TWO_CLUSTERS = [
  { id: 'prod', eks: { name: 'prod-blue', region: 'eu-west-1' } },
  { id: 'dev.2', eks: { name: 'dev', region: 'us-east-1' } },
];
const EVERYTHING = {
  clusters: JSON.stringify(TWO_CLUSTERS), // as `cdk -c` gives it
  createAccessEntries: 'true',
  alarmEmail: 'ops@example.com',
  vpc: { id: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] },
  settings: { KILL_SWITCH: 'true' },
};

let synthesis: Synthesis;
let plain: Template;
let full: Template;

beforeAll(() => {
  synthesis = synthesise({ Plain: {}, Full: EVERYTHING });
  const { Plain, Full } = synthesis.templates;
  if (Plain === undefined || Full === undefined) throw new Error('a stack is missing');
  plain = Plain;
  full = Full;
}, 180_000);
afterAll(() => synthesis?.remove());

describe('the table', () => {
  it('has string keys pk and sk, is billed on demand and forgets by expires_at', () => {
    plain.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });

  it('survives a mistake: deletion protection, recovery to any second, and the stack leaves it behind', () => {
    plain.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        SSESpecification: { SSEEnabled: true },
        Replicas: [
          Match.objectLike({
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });
});

describe('the schedule', () => {
  it('ticks each cluster every minute with the scheduled time, and never tries again', () => {
    for (const { id } of TWO_CLUSTERS)
      full.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: Match.objectLike({
          Input: JSON.stringify({ cluster: id, scheduled_at: '<aws.scheduler.scheduled-time>' }),
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        }),
      });
    full.resourceCountIs('AWS::Scheduler::Schedule', TWO_CLUSTERS.length);
  });

  it('is not repeated by Lambda either', () => {
    plain.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^TickFunction') },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  it('may invoke the tick function and nothing else', () => {
    const { Policies } = propertiesOf(plain, 'AWS::IAM::Role', 'ScheduleRole') as {
      Policies: readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
    };
    expect(Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^TickFunction/), 'Arn'] },
      },
    ]);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

function statementsOf(template: Template, functionId: string): readonly Statement[] {
  const policy = propertiesOf(template, 'AWS::IAM::Policy', `${functionId}Role`);
  return (policy as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement;
}

function actionsOf(template: Template, functionId: string): string[] {
  return statementsOf(template, functionId)
    .flatMap(({ Action }) => Action)
    .toSorted();
}

const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const TABLE = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
const SECRET = ['secretsmanager:GetSecretValue'];
const REACHING_OUT = ['eks:DescribeCluster', 'events:PutEvents'];

describe('rights', () => {
  it.each(['Tick', 'Command'])('%s: table, secret, bus, its own log, and where the clusters are', (name) => {
    expect(actionsOf(plain, name)).toEqual([...TABLE, ...REACHING_OUT, ...LOGS, ...SECRET].toSorted());
  });

  it('Query: neither clusters nor bus', () => {
    expect(actionsOf(plain, 'Query')).toEqual([...TABLE, ...LOGS, ...SECRET].toSorted());
  });

  it('Query writes only in the partitions of workloads and quotas', () => {
    const writes = statementsOf(plain, 'Query').filter(({ Action }) => String(Action).includes('PutItem'));
    expect(writes).toHaveLength(1);
    expect(writes[0]?.Action).toEqual(['dynamodb:PutItem', 'dynamodb:UpdateItem']);
    expect(writes[0]?.Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['C#*#W#*', 'BUCKET#*'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  });

  it('clusters are named one by one', () => {
    const described = statementsOf(full, 'Tick').find(({ Action }) => Action === 'eks:DescribeCluster');
    const text = JSON.stringify(described?.Resource);
    for (const { eks } of TWO_CLUSTERS) expect(text).toMatch(new RegExp(`:eks:${eks.region}:.*:cluster/${eks.name}"`));
    expect(text).not.toContain('*');
  });

  it('nothing is granted on every resource, but for attaching to a VPC', () => {
    const everywhere = (template: Template) =>
      ['Tick', 'Query', 'Command']
        .flatMap((name) => statementsOf(template, name))
        .filter(({ Resource }) => JSON.stringify(Resource).includes('*'))
        .flatMap(({ Action }) => Action);
    expect(everywhere(plain)).toEqual([]);
    expect(everywhere(full).filter((action) => !action.startsWith('ec2:'))).toEqual([]);
  });

  it('the table is opened for the commands that its adapter sends', () => {
    const source = readFileSync(join(PROJECT, 'lib/adapters/dynamo/table.ts'), 'utf8');
    const sent = [...source.matchAll(/new (Get|Put|Query|Update|Delete|Scan|Batch\w+|Transact\w+)Command\(/g)];
    const actions = sent.map(([, verb = '']) => (verb === 'Query' ? 'dynamodb:Query' : `dynamodb:${verb}Item`));
    expect([...new Set(actions)].toSorted()).toEqual(TABLE);
  });
});

describe('the functions', () => {
  it.each([
    ['Tick', 50],
    ['Query', 15],
    ['Command', 29],
  ])('%s runs on Node 24 on arm64 for at most %d s, from a configuration that it accepts', (name, timeout) => {
    const fn = propertiesOf(full, 'AWS::Lambda::Function', `${name}Function`);
    expect(fn).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: timeout });
    const { Variables } = fn.Environment as { Variables: Record<string, unknown> };
    const resolved = Object.entries(Variables).map(([key, value]) => [key, typeof value === 'string' ? value : 'name']);
    const config = readConfig(Object.fromEntries(resolved));
    expect(config.CLUSTERS).toEqual(TWO_CLUSTERS);
    expect(config.KILL_SWITCH).toBe(true);
  });

  it('log for a month', () => {
    const groups = Object.values(plain.findResources('AWS::Logs::LogGroup'));
    expect(groups.map((group) => group.Properties?.RetentionInDays)).toEqual([30, 30, 30, 30]);
  });

  it('stay outside a VPC unless told; those that call API servers can be placed inside', () => {
    const inside = (template: Template) =>
      Object.entries(template.findResources('AWS::Lambda::Function', { Properties: { VpcConfig: Match.anyValue() } }))
        .map(([id]) => id.replace(/Function.*/, ''))
        .toSorted();
    expect(inside(plain)).toEqual([]);
    expect(inside(full)).toEqual(['Command', 'Tick']);
  });
});

describe('the API', () => {
  it('wants a signature for every route but health, and sends reads and writes to different functions', () => {
    const routes = Object.values(plain.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
      JSON.stringify(Properties.Target).match(/(Query|Command)/)?.[0],
    ]);
    expect(routes.toSorted()).toEqual([
      ['GET /health', 'NONE', 'Query'],
      ['GET /{proxy+}', 'AWS_IAM', 'Query'],
      ['POST /{proxy+}', 'AWS_IAM', 'Command'],
    ]);
  });

  it('has a route for every method of the contract', () => {
    expect([...new Set(ALL_ROUTES.map(({ method }) => method))].toSorted()).toEqual(['get', 'post']);
  });

  it('is throttled, and logs who asked for what', () => {
    plain.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
      AccessLogSettings: { Format: Match.stringLikeRegexp('identity.userArn.*\\$context.path') },
    });
  });
});

describe('the secret', () => {
  it('is made without a value: a made-up one would be refused by Groq at every call', () => {
    const secret = propertiesOf(plain, 'AWS::SecretsManager::Secret', 'GroqKey');
    expect(Object.keys(secret)).toEqual(['Description']);
    plain.hasOutput('Step1GroqKey', { Value: Match.objectLike({ 'Fn::Join': Match.anyValue() }) });
  });
});

describe('access to the clusters', () => {
  it('is a command in the outputs unless the stack is told to create the entries', () => {
    plain.resourceCountIs('AWS::EKS::AccessEntry', 0);
    const { Value } = plain.toJSON().Outputs.Step2AccessEntries;
    expect(JSON.stringify(Value)).toMatch(/TickRole.*CommandRole.*create-access-entry.*ai4k8s-autoscaler/);
  });

  it('as entries, makes exactly the two functions that call API servers members of the group', () => {
    const entries = Object.values(full.findResources('AWS::EKS::AccessEntry')).map(({ Properties }) => Properties);
    expect(entries).toHaveLength(2 * TWO_CLUSTERS.length);
    for (const entry of entries) {
      expect(entry).toMatchObject({ Type: 'STANDARD', KubernetesGroups: ['ai4k8s-autoscaler'] });
      expect(JSON.stringify(entry.PrincipalArn)).toMatch(/(Tick|Command)Role/);
    }
  });
});

describe('alarms', () => {
  it('say what failed and what that means, for each function, for the API and for a clock that stopped', () => {
    const alarms = Object.values(plain.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(alarms.map(({ MetricName }) => MetricName).toSorted()).toEqual([
      '5xx',
      'Errors',
      'Errors',
      'Errors',
      'Invocations',
    ]);
    for (const { AlarmDescription } of alarms) expect(AlarmDescription).toMatch(/Impact: /);
  });

  it('silence for five minutes is an alarm, not missing data', () => {
    plain.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Invocations',
      Period: 300,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('reach a mailbox where one is given', () => {
    plain.resourceCountIs('AWS::SNS::Topic', 0);
    full.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    full.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.anyValue() });
    full.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
        ]),
      }),
    });
  });
});
