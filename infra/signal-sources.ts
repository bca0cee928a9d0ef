// What the sources of signals need of AWS: the secrets that hold their tokens, the workspaces they query, CloudWatch's numbers.
import { Validations } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { unpacked } from '../lib/packed-setting.ts';
import { NO_SIGNALS, readSignals, type SignalsConfig } from '../lib/signals-config/read.ts';
import { secretArn, workspaceArn } from './arns.ts';
import type { Grant } from './grant.ts';

export class SignalSources extends Construct {
  private readonly text: string | undefined;
  private readonly config: SignalsConfig;

  /** @param text the setting SIGNALS, which `readDeployment` has accepted */
  constructor(scope: Construct, id: string, text: string | undefined) {
    super(scope, id);
    const read = text === undefined ? NO_SIGNALS : readSignals(unpacked(text));
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
      source.kind === 'prometheus' && source.sigv4
        ? [workspaceArn(this, new URL(source.url), source.sigv4.region)]
        : [],
    );
    return {
      environment: this.text === undefined ? {} : { SIGNALS: this.text },
      statements: [
        ...allowOn(
          'secretsmanager:GetSecretValue',
          secrets.map((id) => secretArn(this, id)),
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
}

/** No statement at all where there is nothing to allow: IAM refuses an empty list of resources. */
function allowOn(action: string, resources: readonly string[]): PolicyStatement[] {
  const all = [...new Set(resources)];
  return all.length === 0 ? [] : [new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources: all })];
}
