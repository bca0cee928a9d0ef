// What an operator has: alarms by cluster, queues that put aside what fails, one dashboard, saved queries, and how little it costs.
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER_METRICS } from '../../lib/app/ports/meter.ts';
import { readConfig } from '../../lib/config.ts';
import { propertiesOf, type Synthesis, synthesise } from './synthesis.ts';

const FORTY = Array.from({ length: 40 }, (_, i) => ({
  id: `team-${i}-production`,
  eks: {
    name: `team-${i}-production-eu-west-1`,
    region: 'eu-west-1',
    ...(i % 2 === 0 && {
      roleArn: `arn:aws:iam::${100_000_000_000 + i * 7_919}:role/ai4k8s-autoscaler`,
      externalId: `agreed-with-${i}`,
    }),
  },
}));
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:pager';

let synthesis: Synthesis;
let one: Template;
let forty: Template;
let chosen: Template;

beforeAll(() => {
  const context = {
    One: {},
    Forty: { clusters: FORTY, createAccessEntries: true },
    Chosen: {
      alarmTopicArn: TOPIC,
      groqSecretName: 'shared/groq',
      logRetentionDays: 7,
      accessLogRetentionDays: '3',
      settings: { TICK_SECONDS: '300' },
    },
  };
  synthesis = synthesise(context, { bundles: false });
  const { One, Forty, Chosen } = synthesis.templates;
  if (One === undefined || Forty === undefined || Chosen === undefined) throw new Error('a stack is missing');
  [one, forty, chosen] = [One, Forty, Chosen];
}, 180_000);
afterAll(() => synthesis?.remove());

interface AlarmProperties {
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly AlarmDescription: string;
  readonly AlarmActions?: readonly unknown[];
  readonly Statistic: string;
  readonly Threshold: number;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}

function alarmsOf(template: Template): readonly AlarmProperties[] {
  return Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
}

function ofCluster(template: Template, cluster: string, metric: string): AlarmProperties {
  const found = alarmsOf(template).filter(
    ({ MetricName, Dimensions }) => MetricName === metric && Dimensions?.some(({ Value }) => Value === cluster),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} alarms ${metric} of ${cluster}`);
  return only;
}

function variablesOf(template: Template, functionId: string): Record<string, unknown> {
  const { Environment } = propertiesOf(template, 'AWS::Lambda::Function', `${functionId}Function`) as {
    Environment: { Variables: Record<string, unknown> };
  };
  return Environment.Variables;
}

describe('alarms of a cluster', () => {
  it('are its own: one dead schedule of forty is red by itself', () => {
    for (const { id } of FORTY) {
      expect(ofCluster(forty, id, 'TickSeconds')).toMatchObject({
        Statistic: 'SampleCount',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        Dimensions: [{ Name: 'cluster', Value: id }],
      });
      for (const metric of ['OnHold', 'BlastRadiusReached', 'Problems'])
        expect(ofCluster(forty, id, metric).AlarmDescription).toContain(`cluster ${id}`);
    }
  });

  it('count what the functions that finish ticks send, in the namespace of the installation', () => {
    const [id] = FORTY.map((cluster) => cluster.id);
    const { Namespace } = ofCluster(forty, id ?? '', 'TickSeconds');
    expect(Namespace).toBe('AI4K8s/Forty');
    for (const name of ['Tick', 'Evaluate']) expect(variablesOf(forty, name).METRICS_NAMESPACE).toBe(Namespace);
    expect(variablesOf(forty, 'Query').METRICS_NAMESPACE).toBeUndefined();
  });

  it('need a hold once, five ticks of six at the blast radius, and a problem that stood for half an hour', () => {
    expect(ofCluster(one, 'prod', 'OnHold')).toMatchObject({ Threshold: 1, Period: 300, EvaluationPeriods: 1 });
    expect(ofCluster(one, 'prod', 'BlastRadiusReached')).toMatchObject({
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 6,
      DatapointsToAlarm: 5,
    });
    expect(ofCluster(one, 'prod', 'Problems')).toMatchObject({ Threshold: 12, Period: 900, EvaluationPeriods: 2 });
  });
});

describe('alarms of what clusters share', () => {
  it('are these, and no more: what they watch AWS counts for nothing', () => {
    const own = new Set<string>(Object.values(CLUSTER_METRICS));
    const shared = alarmsOf(one).filter(({ MetricName }) => !own.has(MetricName));
    const watched = shared.map(({ Namespace, MetricName, Dimensions }) => {
      const of = /Tick|Evaluate|Learn|Watchdog|Storage|HttpApi|Shards/.exec(JSON.stringify(Dimensions));
      return `${Namespace} ${MetricName} ${of}`;
    });
    expect(watched.toSorted()).toEqual(
      [
        'AWS/ApiGateway 5xx HttpApi',
        'AWS/DynamoDB ReadThrottleEvents Storage',
        'AWS/DynamoDB WriteThrottleEvents Storage',
        'AWS/Lambda AsyncEventsDropped Tick',
        'AWS/Lambda AsyncEventsDropped Watchdog',
        'AWS/Lambda Duration Evaluate',
        'AWS/Lambda Duration Tick',
        'AWS/Lambda Errors Evaluate',
        'AWS/Lambda Errors Tick',
        'AWS/Lambda Errors Watchdog',
        'AWS/Lambda Throttles Evaluate',
        'AWS/Lambda Throttles Tick',
        'AWS/SQS ApproximateNumberOfMessagesVisible Learn',
        'AWS/SQS ApproximateNumberOfMessagesVisible Shards',
        'AWS/Scheduler InvocationDroppedCount Watchdog',
      ].toSorted(),
    );
  });

  it('say their impact and where to look, each', () => {
    for (const { AlarmDescription } of alarmsOf(forty)) {
      expect(AlarmDescription).toMatch(/Impact: .{10,}\. .*See "Alarms" in docs\/runbook\.md\.$/);
      expect(AlarmDescription.length).toBeLessThan(1024);
    }
  });

  it('are red before a tick is cut off: at eight tenths of the time of the function', () => {
    const durations = (template: Template) =>
      alarmsOf(template).flatMap(({ MetricName, Threshold }) => (MetricName === 'Duration' ? [Threshold] : []));
    expect(durations(one)).toEqual([40_000, 40_000]);
    expect(durations(chosen)).toEqual([200_000, 200_000]);
  });
});

describe('what watching costs', () => {
  it.each([
    ['one cluster', () => one, 1, 2.2],
    ['forty clusters', () => forty, 40, 29.5],
  ])('for %s: an alarm is $0.10, a metric that is always sent $0.30', (_, template, clusters, dollars) => {
    const alarms = alarmsOf(template()).length;
    expect(alarms).toBe(15 + 4 * clusters);
    template().resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    template().resourceCountIs('AWS::Logs::MetricFilter', 0);
    expect(alarms * 0.1 + clusters * 0.3).toBeCloseTo(dollars);
    expect(Object.keys(CLUSTER_METRICS)).toHaveLength(4);
  });
});

describe('queues', () => {
  it('give a message three tries, then put it aside, and take encrypted connections only', () => {
    const queues = Object.values(one.findResources('AWS::SQS::Queue')).map(({ Properties }) => Properties);
    const [shards, learning, looks] = ['QueuesShardsQueue', 'QueuesLearningQueue', 'QueuesLooksQueue'].map((id) =>
      propertiesOf(one, 'AWS::SQS::Queue', id),
    );
    expect(queues).toHaveLength(5);
    // Looks end where learning does: one more queue to look at would be one more alarm to pay for.
    expect(looks?.RedrivePolicy).toEqual(learning?.RedrivePolicy);
    expect(shards).toMatchObject({
      VisibilityTimeout: 60,
      MessageRetentionPeriod: 300,
      RedrivePolicy: { maxReceiveCount: 3 },
    });
    expect(learning).toMatchObject({
      VisibilityTimeout: 900,
      MessageRetentionPeriod: 3600,
      RedrivePolicy: { maxReceiveCount: 3 },
    });
    // Held back for fifteen minutes at most, and dropped by its function where it is late.
    expect(looks).toMatchObject({ VisibilityTimeout: 90, MessageRetentionPeriod: 1200 });
    for (const queue of queues) expect(queue.SqsManagedSseEnabled).toBe(true);
    const policies = Object.values(one.findResources('AWS::SQS::QueuePolicy')).map(({ Properties }) => Properties);
    expect(policies).toHaveLength(5);
    for (const { PolicyDocument } of policies)
      expect(PolicyDocument.Statement).toEqual([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]);
  });

  it('are fed to their functions in batches that may fail in part, with a bound on how many at once', () => {
    const feeds = Object.values(one.findResources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties,
    );
    expect(feeds.map(({ BatchSize, ScalingConfig }) => [BatchSize, ScalingConfig.MaximumConcurrency])).toEqual([
      [4, 8],
      [1, 2],
      [1, 2],
    ]);
    for (const feed of feeds) expect(feed.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  });

  it('hide a message for at least as long as its consumer may run, at any rate of ticks', () => {
    for (const template of [one, chosen])
      for (const [queue, fn] of [
        ['Shards', 'Evaluate'],
        ['Learning', 'Learn'],
      ]) {
        const { VisibilityTimeout } = propertiesOf(template, 'AWS::SQS::Queue', `Queues${queue}Queue`);
        const { Timeout } = propertiesOf(template, 'AWS::Lambda::Function', `${fn}Function`);
        expect(VisibilityTimeout).toBeGreaterThanOrEqual(Number(Timeout));
      }
  });

  it('are opened by queue and direction: the tick sends, each consumer receives from its own', () => {
    const rights = ['Tick', 'Evaluate', 'Learn', 'Query', 'Command', 'Watchdog'].map((name) => {
      const { PolicyDocument } = propertiesOf(one, 'AWS::IAM::Policy', `${name}Role`) as {
        PolicyDocument: { Statement: { Action: string | string[]; Resource: object }[] };
      };
      const ofQueues = PolicyDocument.Statement.filter(({ Action }) =>
        [Action].flat().every((a) => a.startsWith('sqs:')),
      );
      return [name, ofQueues.map(({ Action, Resource }) => [Action, queuesIn(Resource)])];
    });
    const receive = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].toSorted();
    expect(rights).toEqual([
      ['Tick', [['sqs:SendMessage', ['Learning', 'Shards']]]],
      ['Evaluate', [[receive, ['Shards']]]],
      ['Learn', [[receive, ['Learning']]]],
      ['Query', []],
      ['Command', []],
      ['Watchdog', []],
    ]);
  });
});

function queuesIn(resource: object): string[] {
  return [...JSON.stringify(resource).matchAll(/Queues(Shards|Learning)Queue/g)]
    .map(([, name]) => name ?? '')
    .toSorted();
}

describe('forty clusters', () => {
  it('fit into the environment of every function, and are read back whole', () => {
    for (const name of ['Tick', 'Evaluate', 'Learn', 'Look', 'Query', 'Command', 'Watchdog']) {
      const variables = variablesOf(forty, name);
      // What only the deployment knows is a name or an ARN.
      const entries = Object.entries(variables).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : 'x'.repeat(120),
      ]);
      const bytes = entries.reduce((sum, [key = '', value = '']) => sum + Buffer.byteLength(key + value), 0);
      expect(bytes).toBeLessThan(4096);
      const urls = {
        SHARD_QUEUE_URL: 'https://sqs/1',
        LEARN_QUEUE_URL: 'https://sqs/2',
        LOOK_QUEUE_URL: 'https://sqs/3',
      };
      expect(readConfig({ ...Object.fromEntries(entries), ...urls }).CLUSTERS).toEqual(FORTY);
    }
  });

  it('stay within what CloudFormation takes: resources, outputs, and the size of a template', () => {
    const { Resources, Outputs } = forty.toJSON();
    expect(Object.keys(Resources).length).toBeLessThan(500);
    expect(Object.keys(Outputs).length).toBeLessThan(200);
    expect(JSON.stringify(forty.toJSON()).length).toBeLessThan(1_000_000);
  });
});

describe('what is there already', () => {
  it('is used by name: a topic is told, a secret is read, and neither is made', () => {
    chosen.resourceCountIs('AWS::SNS::Topic', 0);
    chosen.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [TOPIC], OKActions: [TOPIC] });
    chosen.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(variablesOf(chosen, 'Tick').GROQ_SECRET_ID).toBe('shared/groq');
    const { PolicyDocument } = propertiesOf(chosen, 'AWS::IAM::Policy', 'TickRole') as {
      PolicyDocument: { Statement: { Action: string; Resource: unknown }[] };
    };
    const [secret] = PolicyDocument.Statement.filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');
    expect(JSON.stringify(secret?.Resource)).toContain(':secret:shared/groq-??????');
  });

  it('says of which region the stack is', () => {
    for (const { Dimensions } of alarmsOf(chosen)) expect(Dimensions).toBeDefined();
    expect(JSON.stringify(chosen.toJSON().Outputs.Step1GroqKey)).toContain('--region eu-west-1');
  });
});

describe('settings', () => {
  it('of how long logs are kept are those of the functions, and of the access log', () => {
    const days = Object.entries(chosen.findResources('AWS::Logs::LogGroup')).map(([id, { Properties }]) => [
      id.startsWith('HttpApi'),
      Properties.RetentionInDays,
    ]);
    expect(days.filter(([isAccess]) => isAccess)).toEqual([[true, 3]]);
    expect(new Set(days.filter(([isAccess]) => !isAccess).map(([, kept]) => kept))).toEqual(new Set([7]));
  });

  it('of the rate of ticks is one for schedule, time-outs, queues, alarms and the functions themselves', () => {
    chosen.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(5 minutes)' });
    expect(propertiesOf(chosen, 'AWS::Lambda::Function', 'TickFunction').Timeout).toBe(250);
    expect(propertiesOf(chosen, 'AWS::SQS::Queue', 'QueuesShardsQueue').VisibilityTimeout).toBe(300);
    expect(ofCluster(chosen, 'prod', 'TickSeconds').Period).toBe(1500);
    for (const name of ['Tick', 'Evaluate', 'Learn', 'Query', 'Command', 'Watchdog'])
      expect(variablesOf(chosen, name).TICK_SECONDS).toBe('300');
  });
});

describe('the dashboard and the saved queries', () => {
  it('show every cluster in one expression, however many there are', () => {
    const bodies = [one, forty].map((template) => {
      const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
      return JSON.stringify(dashboard?.Properties.DashboardBody).replaceAll('\\', '');
    });
    const shows = (text: string) => bodies.map((body) => body.split(text).length - 1);
    for (const name of Object.values(CLUSTER_METRICS)) expect(shows(`MetricName="${name}"`)).toEqual([1, 1]);
    expect(shows('SEARCH')).toEqual([4, 4]);
    // The widget takes a hundred.
    expect(shows('"type":"alarm"')).toEqual([1, 2]);
  });

  it('ask all logs why something scaled, and what failed', () => {
    for (const name of ['Why did X scale', 'What failed'])
      one.hasResourceProperties('AWS::Logs::QueryDefinition', {
        Name: `One/${name}`,
        LogGroupNames: Match.arrayWith([
          { Ref: Match.stringLikeRegexp('^TickLog') },
          { Ref: Match.stringLikeRegexp('^CommandLog') },
        ]),
      });
  });
});
