// What a stack consists of, asked of CloudFormation by the stack's name: nothing else has to be told, and nothing can be mistyped.
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { placeOfArn } from '../../lib/aws/partition.ts';
import { type ClusterConfig, readPresentConfig } from '../../lib/config.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';

export interface Installation {
  readonly stackName: string;
  readonly status: string;
  readonly statusReason: string;
  /** Of the first deployment, and of the last. */
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  readonly region: string;
  readonly partition: string;
  readonly account: string;
  readonly apiUrl: string;
  readonly tableName: string;
  readonly eventBusName: string;
  /** Name or ARN. */
  readonly secretId: string;
  readonly clusters: readonly ClusterConfig[];
  readonly tickSeconds: number;
  /** The API takes tokens in the place of signatures. */
  readonly takesTokens: boolean;
  /** By logical id. */
  readonly resources: Readonly<Record<string, StackResource>>;
}

export interface StackResource {
  readonly type: string;
  readonly physicalId: string;
  /** As the template has them. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What a stack of AI4K8s tells by its outputs (infra/next-steps.ts). */
const OUTPUTS = { apiUrl: 'ApiUrl', tableName: 'TableName', eventBusName: 'EventBusName', secretId: 'GroqSecretArn' };

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});
const functionSchema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

/** It is there, and is none of ours, or is not deployed to its end. */
export class ForeignStack extends Error {}

/** @throws ForeignStack in one line; what the SDK throws is thrown on */
export async function readInstallation(client: CloudFormationClient, stackName: string): Promise<Installation> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const [, , , , account = ''] = stack?.StackId?.split(':') ?? [];
  const place = placeOfArn(stack?.StackId ?? '');
  if (stack === undefined || place === null)
    throw new ForeignStack(`CloudFormation says nothing of stack ${stackName}`);
  const outputs = new Map((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? '']));
  const resources = await readResources(client, stackName);
  const outputOf = (name: string): string => {
    const value = outputs.get(name);
    if (value) return value;
    throw new ForeignStack(
      `stack ${stackName} is none of AI4K8s, or not deployed to its end: it has no output ${name}`,
    );
  };
  return {
    stackName,
    status: stack.StackStatus ?? 'unknown',
    statusReason: stack.StackStatusReason ?? '',
    createdAt: stack.CreationTime?.getTime() ?? 0,
    changedAt: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? 0,
    region: place.region,
    partition: place.partition,
    account,
    apiUrl: outputOf(OUTPUTS.apiUrl),
    tableName: outputOf(OUTPUTS.tableName),
    eventBusName: outputOf(OUTPUTS.eventBusName),
    secretId: outputOf(OUTPUTS.secretId),
    ...readSettings(resources),
    takesTokens: ofType(resources, 'AWS::ApiGatewayV2::Authorizer').some(
      ([, { properties }]) => properties.AuthorizerType === 'JWT',
    ),
    resources,
  };
}

/** Logical ids and resources of one type; of those whose id begins so, where it matters. */
export function ofType(
  resources: Installation['resources'],
  type: string,
  prefix = '',
): readonly (readonly [id: string, resource: StackResource])[] {
  return Object.entries(resources).filter(([id, resource]) => resource.type === type && id.startsWith(prefix));
}

async function readResources(client: CloudFormationClient, StackName: string): Promise<Installation['resources']> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: 'Processed' }));
  const { Resources } = parsedTemplate(TemplateBody, StackName);
  const found: Record<string, StackResource> = {};
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
    for (const { LogicalResourceId: id = '', PhysicalResourceId: physicalId = '' } of StackResourceSummaries) {
      const { Type: type, Properties: properties } = Resources[id] ?? {};
      if (type !== undefined && properties !== undefined) found[id] = { type, physicalId, properties };
    }
  return found;
}

function parsedTemplate(text: string, stackName: string): z.infer<typeof templateSchema> {
  try {
    return templateSchema.parse(JSON.parse(text));
  } catch {
    throw new ForeignStack(`stack ${stackName} is none of AI4K8s: its template is not as "cdk deploy" writes it`);
  }
}

/** The settings that functions have: they are in the template as text. */
function readSettings(resources: Installation['resources']): Pick<Installation, 'clusters' | 'tickSeconds'> {
  const [, tick] = ofType(resources, 'AWS::Lambda::Function', 'TickFunction')[0] ?? [];
  const parsed = functionSchema.safeParse(tick?.properties);
  const { CLUSTERS, TICK_SECONDS } = parsed.success ? parsed.data.Environment.Variables : {};
  if (typeof CLUSTERS !== 'string')
    throw new ForeignStack('the stack is none of AI4K8s: it has no function Tick with CLUSTERS');
  const rate = typeof TICK_SECONDS === 'string' ? { TICK_SECONDS } : {};
  const { CLUSTERS: clusters = [], TICK_SECONDS: tickSeconds } = readPresentConfig({ CLUSTERS, ...rate });
  return { clusters, tickSeconds };
}
