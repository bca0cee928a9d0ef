// What the sources of signals need of AWS: the secrets that hold their tokens, the workspaces they query, CloudWatch's numbers.
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { partitionOf } from '../lib/aws/partition.ts';
import { NO_SIGNALS, readSignals, type SignalsConfig } from '../lib/signals-config/read.ts';
import type { Grant } from './grant.ts';

export class SignalSources extends Construct {
  private readonly text: string | undefined;
  private readonly config: SignalsConfig;

  /** @param text the setting SIGNALS, which `readDeployment` has accepted */
  constructor(scope: Construct, id: string, text: string | undefined) {
    super(scope, id);
    const read = text === undefined ? NO_SIGNALS : readSignals(text);
    if ('mistakes' in read) throw new Error('settings.SIGNALS was not checked');
    this.text = text;
    this.config = read;
  }

  /** For the functions that measure. */
  read(): Grant {
    const secrets = this.config.sources.flatMap((source) =>
      'tokenSecretId' in source ? (source.tokenSecretId ?? []) : [],
    );
    const workspaces = this.config.sources.flatMap((source) =>
      source.kind === 'prometheus' && source.sigv4 ? [this.workspaceArn(source.url, source.sigv4.region)] : [],
    );
    return {
      environment: this.text === undefined ? {} : { SIGNALS: this.text },
      statements: [
        ...allowOn(
          'secretsmanager:GetSecretValue',
          secrets.map((id) => this.secretArn(id)),
        ),
        ...allowOn('aps:QueryMetrics', workspaces),
        ...allowOn('cloudwatch:GetMetricData', this.asksCloudWatch() ? ['*'] : []),
      ],
    };
  }

  acknowledgeOn(role: IRole): void {
    if (!this.asksCloudWatch()) return;
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'CloudWatch grants GetMetricData on * only; it reads numbers, and is granted where such a source is configured.',
    });
  }

  private asksCloudWatch(): boolean {
    return this.config.sources.some(({ kind }) => kind === 'cloudwatch');
  }

  /** By its name, Secrets Manager adds a dash and six characters. */
  private secretArn(id: string): string {
    if (/^arn:.*:secret:.*-\w{6}$/.test(id)) return id;
    if (id.startsWith('arn:')) return `${id}-??????`;
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${id}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** `readDeployment` has seen to it that the URL shows one. */
  private workspaceArn(url: string, region: string): string {
    return Stack.of(this).formatArn({
      service: 'aps',
      partition: partitionOf(region),
      region,
      resource: 'workspace',
      resourceName: workspaceIn(url) ?? '',
    });
  }
}

/** The id of the workspace of Amazon Managed Service for Prometheus that a URL is of; null where it shows none. */
export function workspaceIn(url: string): string | null {
  return /\/workspaces\/(ws-[\w-]+)/.exec(new URL(url).pathname)?.[1] ?? null;
}

/** No statement at all where there is nothing to allow: IAM refuses an empty list of resources. */
function allowOn(action: string, resources: readonly string[]): PolicyStatement[] {
  const all = [...new Set(resources)];
  return all.length === 0 ? [] : [new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources: all })];
}
