// A stand-in for an account with the stack in it: the synthesized functions run as Lambda runs them, with the template's own
// environment, sizes, schedules and queues; the table, the queues and the bus are engines on this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Template } from 'aws-cdk-lib/assertions';
import { startFauxqs } from 'fauxqs';
import { CREDENTIALS } from '../../local/embedded-endpoint.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import type { Synthesis } from '../infra/synthesis.ts';
import { type Identities, REGION } from './deployed-identities.ts';
import { type ApiServer, startEksServer } from './eks-server.ts';
import { startEventBusServer } from './event-bus-server.ts';
import { type EventSource, startEventSource } from './event-source.ts';
import { type StandInLambda, startLambda } from './lambda-service.ts';

export interface DeployedStack {
  /** By the first part of its logical id, such as `Tick`. */
  lambda(name: string): StandInLambda;
  /** Does what the schedule of a cluster does at `at`, in whole seconds as EventBridge Scheduler writes it. */
  schedule(prefix: 'Schedule' | 'WatchdogSchedule', at: Date): ReturnType<StandInLambda['invoke']>;
  /** Messages of a queue by the first part of its logical id: those that wait, and those that a function has. */
  queue(prefix: string): { readonly ready: number; readonly inFlight: number };
  /** Where its queues are. */
  readonly queuesUrl: string;
  /** What a resource is called here, by its logical id. */
  readonly physicalIds: Readonly<Record<string, string>>;
  readonly table: Awaited<ReturnType<typeof startEmbeddedTable>>;
  readonly events: readonly { readonly DetailType: string; readonly Detail: string }[];
  close(): Promise<void>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
type Resources = Readonly<Record<string, Resource>>;

export interface DeployedSettings {
  readonly synthesis: Synthesis;
  readonly template: Template;
  readonly identities: Identities;
  /** What EKS says of the clusters that the template names. */
  readonly clusters: Readonly<Record<string, ApiServer>>;
  /** Laid over the template's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function deployStack(settings: DeployedSettings): Promise<DeployedStack> {
  const { synthesis, template, identities } = settings;
  const resources = template.toJSON().Resources as Resources;
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-stack-'));
  const table = await startEmbeddedTable();
  const queues = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const bus = await startEventBusServer(() => []);
  const eks = await startEksServer(identities, settings.clusters);
  const endpoint = `http://127.0.0.1:${queues.port}`;
  const sqs = new SQSClient({ endpoint, region: REGION, credentials: CREDENTIALS });

  const refs: Record<string, string> = {};
  for (const [id, { Type }] of Object.entries(resources)) {
    if (Type === 'AWS::DynamoDB::GlobalTable') refs[id] = table.tableName;
    else if (Type === 'AWS::SQS::Queue') refs[id] = `${endpoint}/000000000000/${id}`;
    else refs[id] = id;
  }
  makeQueues(queues, resources);

  const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const lambdas = new Map(
    ofType('AWS::Lambda::Function').map(([id, { Properties }]) => [id, startOne(id, Properties)] as const),
  );

  function startOne(id: string, { Environment, MemorySize, Timeout }: Record<string, unknown>): StandInLambda {
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    const { accessKeyId, secretAccessKey, sessionToken } = identities.keysOf(id);
    const own = Object.entries(Variables).map(([name, value]) => [name, resolved(value)] as const);
    return startLambda({
      bundle: join(synthesis.assetOf(template, id), 'index.mjs'),
      name: id,
      environment: {
        ...Object.fromEntries(own),
        AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
        AWS_ENDPOINT_URL_SQS: endpoint,
        AWS_ENDPOINT_URL_EVENTBRIDGE: bus.client.endpoint,
        AWS_ENDPOINT_URL_EKS: eks.url,
        // Nobody is there: the key is asked for when wanted, and its absence costs the advice alone.
        AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:9',
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        ...settings.environment,
      },
      timeoutSeconds: Number(Timeout),
      memoryMb: Number(MemorySize),
      folder,
      concurrency: 4,
    });
  }

  /** What CloudFormation would put there. */
  function resolved(value: unknown): string {
    if (typeof value === 'string') return value;
    const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly [string, string] };
    const found = refs[Ref ?? attribute?.[0] ?? ''];
    if (found === undefined) throw new Error(`the stand-in does not know what ${JSON.stringify(value)} is`);
    return found;
  }

  const sources = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]): EventSource => {
    const { EventSourceArn, FunctionName, BatchSize, ScalingConfig } = Properties as {
      EventSourceArn: { 'Fn::GetAtt': readonly [string, string] };
      FunctionName: { Ref: string };
      BatchSize?: number;
      ScalingConfig?: { MaximumConcurrency: number };
    };
    const [queue] = EventSourceArn['Fn::GetAtt'];
    const lambda = lambdas.get(FunctionName.Ref);
    if (lambda === undefined) throw new Error(`no function ${FunctionName.Ref}`);
    return startEventSource({
      sqs,
      queueUrl: refs[queue] ?? '',
      queueArn: `arn:aws:sqs:${REGION}:000000000000:${queue}`,
      lambda,
      batchSize: BatchSize ?? 10,
      maxConcurrency: Math.min(ScalingConfig?.MaximumConcurrency ?? 5, 4),
    });
  });

  const one = (type: string, prefix: string): readonly [string, Resource] => {
    const found = ofType(type).filter(([id]) => id.startsWith(prefix));
    const [first] = found;
    if (first === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} ${prefix}*`);
    return first;
  };
  const lambda = (name: string): StandInLambda => {
    const [id] = one('AWS::Lambda::Function', `${name}Function`);
    const found = lambdas.get(id);
    if (found === undefined) throw new Error(`no function ${name}`);
    return found;
  };

  return {
    lambda,
    schedule(prefix, at) {
      const [, { Properties }] = one('AWS::Scheduler::Schedule', prefix);
      const { Target } = Properties as { Target: { Arn: { 'Fn::GetAtt': readonly [string, string] }; Input: string } };
      const scheduled = `${at.toISOString().slice(0, 19)}Z`;
      const event = JSON.parse(Target.Input.replaceAll('<aws.scheduler.scheduled-time>', scheduled));
      const target = lambdas.get(Target.Arn['Fn::GetAtt'][0]);
      if (target === undefined) throw new Error(`the schedule ${prefix} has no function`);
      return target.invoke(event);
    },
    queue(prefix) {
      const [id] = one('AWS::SQS::Queue', prefix);
      const { ready, inflight } = queues.inspectQueue(id)?.messages ?? { ready: [], inflight: [] };
      return { ready: ready.length, inFlight: inflight.length };
    },
    queuesUrl: endpoint,
    physicalIds: refs,
    table,
    events: bus.taken,
    async close() {
      await Promise.all(sources.map((source) => source.close()));
      await Promise.all([...lambdas.values()].map((each) => each.close()));
      sqs.destroy();
      bus.close();
      eks.close();
      await queues.stop();
      await table.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Dead-letter queues first: the others name them. */
function makeQueues(queues: Awaited<ReturnType<typeof startFauxqs>>, resources: Resources): void {
  const all = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::SQS::Queue');
  const isPlain = ([, { Properties }]: readonly [string, Resource]) => Properties.RedrivePolicy === undefined;
  for (const [id, { Properties }] of all.toSorted((a, b) => Number(isPlain(b)) - Number(isPlain(a)))) {
    const { VisibilityTimeout, RedrivePolicy } = Properties as {
      VisibilityTimeout?: number;
      RedrivePolicy?: { deadLetterTargetArn: { 'Fn::GetAtt': readonly [string, string] }; maxReceiveCount: number };
    };
    const dead = RedrivePolicy && {
      deadLetterTargetArn: `arn:aws:sqs:${REGION}:000000000000:${RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]}`,
      maxReceiveCount: RedrivePolicy.maxReceiveCount,
    };
    queues.createQueue(id, {
      region: REGION,
      attributes: {
        ...(VisibilityTimeout !== undefined && { VisibilityTimeout: String(VisibilityTimeout) }),
        ...(dead && { RedrivePolicy: JSON.stringify(dead) }),
      },
    });
  }
}
