// What the whole template promises: who may do what, how the functions run, and what wakes somebody.
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { propertiesOf, type Synthesis, synthesise } from './synthesis.ts';

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
  synthesis = synthesise({ Plain: {}, Full: EVERYTHING }, { bundles: false });
  const { Plain, Full } = synthesis.templates;
  if (Plain === undefined || Full === undefined) throw new Error('a stack is missing');
  plain = Plain;
  full = Full;
}, 180_000);
afterAll(() => synthesis?.remove());

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
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

const QUEUE = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];

describe('rights', () => {
  it.each([
    [
      'Tick: table, secret, bus, its own log, where the clusters are, and sending to both queues',
      'Tick',
      ['sqs:SendMessage'],
    ],
    ['Evaluate: the same, but that it receives', 'Evaluate', QUEUE],
    ['Command: the same without queues', 'Command', []],
  ] as const)('%s', (_, name, more) => {
    expect(actionsOf(plain, name)).toEqual([...TABLE, ...REACHING_OUT, ...LOGS, ...SECRET, ...more].toSorted());
  });

  it('Watchdog: table, its own log, and where the clusters are', () => {
    expect(actionsOf(plain, 'Watchdog')).toEqual([...TABLE, 'eks:DescribeCluster', ...LOGS].toSorted());
  });

  it('Learn: table, its own log and its queue; neither clusters nor the LLM', () => {
    expect(actionsOf(plain, 'Learn')).toEqual([...TABLE, ...LOGS, ...QUEUE].toSorted());
  });

  it('Query: neither clusters nor bus', () => {
    expect(actionsOf(plain, 'Query')).toEqual([...TABLE, ...LOGS, ...SECRET].toSorted());
  });

  it('nothing is granted on every resource, but for attaching to a VPC', () => {
    const everywhere = (template: Template) =>
      ['Tick', 'Evaluate', 'Learn', 'Query', 'Command', 'Watchdog']
        .flatMap((name) => statementsOf(template, name))
        .filter(({ Resource }) => JSON.stringify(Resource).includes('*'))
        .flatMap(({ Action }) => Action);
    expect(everywhere(plain)).toEqual([]);
    expect(everywhere(full).filter((action) => !action.startsWith('ec2:'))).toEqual([]);
  });
});

describe('the functions', () => {
  it.each([
    ['Tick', 50],
    ['Evaluate', 50],
    ['Learn', 150],
    ['Query', 15],
    ['Command', 29],
    ['Watchdog', 60],
  ])('%s runs on Node 24 on arm64 for at most %d s, from a configuration that it accepts', (name, timeout) => {
    const fn = propertiesOf(full, 'AWS::Lambda::Function', `${name}Function`);
    expect(fn).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: timeout });
    const { Variables } = fn.Environment as { Variables: Record<string, unknown> };
    const resolved = Object.entries(Variables).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : 'https://of.the.deployment',
    ]);
    const config = readConfig(Object.fromEntries(resolved));
    expect(config.CLUSTERS).toEqual(TWO_CLUSTERS);
    expect(config.KILL_SWITCH).toBe(true);
  });

  it('log for a month', () => {
    const groups = Object.values(plain.findResources('AWS::Logs::LogGroup'));
    expect(groups.map((group) => group.Properties?.RetentionInDays)).toEqual(Array(8).fill(30));
  });

  it('stay outside a VPC unless told; those that call API servers can be placed inside', () => {
    const inside = (template: Template) =>
      Object.entries(template.findResources('AWS::Lambda::Function', { Properties: { VpcConfig: Match.anyValue() } }))
        .map(([id]) => id.replace(/Function.*/, ''))
        .toSorted();
    expect(inside(plain)).toEqual([]);
    expect(inside(full)).toEqual(['Command', 'Evaluate', 'Look', 'Tick', 'Watchdog']);
  });
});

describe('the secret', () => {
  it('is made without a value: a made-up one would be refused by Groq at every call', () => {
    const secret = propertiesOf(plain, 'AWS::SecretsManager::Secret', 'GroqKey');
    expect(Object.keys(secret)).toEqual(['Description']);
    plain.hasOutput('Step1GroqKey', { Value: Match.objectLike({ 'Fn::Join': Match.anyValue() }) });
  });
});

describe('the clusters', () => {
  it('each have a schedule of ticks and one of the watchdog', () => {
    full.resourceCountIs('AWS::Scheduler::Schedule', 2 * TWO_CLUSTERS.length);
  });
});

describe('access to the clusters', () => {
  it('is a command in the outputs unless the stack is told to create the entries', () => {
    plain.resourceCountIs('AWS::EKS::AccessEntry', 0);
    const { Value } = plain.toJSON().Outputs.Step2AccessEntries;
    expect(JSON.stringify(Value)).toMatch(
      /TickRole.*EvaluateRole.*CommandRole.*WatchdogRole.*create-access-entry.*ai4k8s-autoscaler/,
    );
  });

  it('as entries, makes exactly the five functions that call API servers members of the group', () => {
    const entries = Object.values(full.findResources('AWS::EKS::AccessEntry')).map(({ Properties }) => Properties);
    expect(entries).toHaveLength(5 * TWO_CLUSTERS.length);
    const conditions = full.findResources('AWS::EKS::AccessEntry');
    for (const { Properties, Condition } of Object.values(conditions)) {
      // A cluster of that name in another region is another cluster.
      const region = TWO_CLUSTERS.find(({ eks }) => eks.name === Properties.ClusterName)?.eks.region;
      expect(full.toJSON().Conditions[Condition]).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, region] });
    }
    for (const entry of entries) {
      expect(entry).toMatchObject({ Type: 'STANDARD', KubernetesGroups: ['ai4k8s-autoscaler'] });
      expect(JSON.stringify(entry.PrincipalArn)).toMatch(/(Tick|Evaluate|Look|Command|Watchdog)Role/);
    }
  });
});
