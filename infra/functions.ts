// One function as this project deploys it: an ESM bundle for arm64 with a role, a log and an alarm text of its own.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { type Beside, type Entry, makeFunction } from './function-code.ts';
import { allow, type Grant } from './grant.ts';
import type { Network } from './network.ts';

export interface AutoscalerFunctionProps {
  readonly entry: Entry;
  readonly description: string;
  /** Lambda gives CPU in proportion: 1769 MB is one core. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** What users notice when this function fails; words its alarm. */
  readonly errorImpact: string;
  readonly grants: readonly Grant[];
  /** Where API servers are private. */
  readonly network: Network | undefined;
  readonly encryption: Encryption;
  /** Optional settings of lib/config.ts. */
  readonly settings: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  /** A script of infra/bundling that writes a file to be read beside the bundle, and the file's name. */
  readonly beside?: Beside;
  /** People wait for it: a process starts a tenth sooner without source maps. */
  readonly answersPeople?: boolean;
}

/**
 * No concurrency is reserved: the lease in the table keeps ticks apart, the API's throttle keeps the account's concurrency
 * free, and in a young account (10 in all) a reservation makes the deployment fail.
 */
export class AutoscalerFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly log: LogGroup;
  readonly entry: Entry;
  readonly errorImpact: string;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, props: AutoscalerFunctionProps) {
    super(scope, id);
    const { key } = props.encryption;
    this.log = new LogGroup(this, 'Log', {
      ...(key && { encryptionKey: key }),
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY, // what must last is in the table
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.role.addToPolicy(allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.log.logGroupArn));
    props.network?.letAttach(this.role);
    this.entry = props.entry;
    this.errorImpact = props.errorImpact;
    this.timeoutSeconds = props.timeoutSeconds;
    this.lambda = makeFunction(this, 'Function', {
      entry: props.entry,
      sourceMap: !props.answersPeople,
      beside: props.beside,
      description: props.description,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.role,
      logGroup: this.log,
      environment: { ...(!props.answersPeople && { NODE_OPTIONS: '--enable-source-maps' }), ...props.settings },
      ...props.network?.placement(),
    });
    for (const grant of props.grants) this.take(grant);
    for (const statement of props.encryption.readEnvironment()) this.role.addToPolicy(statement);
    // The L2 property would also let the function encrypt, and by wildcards.
    if (key !== undefined) (this.lambda.node.defaultChild as CfnFunction).kmsKeyArn = key.keyArn;
  }

  private take({ environment, statements }: Grant): void {
    for (const [name, value] of Object.entries(environment)) this.lambda.addEnvironment(name, value);
    for (const statement of statements) this.role.addToPolicy(statement);
  }
}
