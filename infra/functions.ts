// One function as this project deploys it: an ESM bundle for arm64 with a role, a log and an alarm text of its own.
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type CfnFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, Charset, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { allow, type Grant } from './grant.ts';
import type { Network } from './network.ts';

interface Beside {
  readonly script: string;
  readonly file: string;
}

export interface AutoscalerFunctionProps {
  /** functions/{entry}.ts */
  readonly entry: 'tick' | 'evaluate' | 'learn' | 'look' | 'query' | 'command' | 'watchdog';
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
  readonly lambda: NodejsFunction;
  readonly role: Role;
  readonly log: LogGroup;
  readonly entry: string;
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
    this.lambda = new NodejsFunction(this, 'Function', {
      entry: join(PROJECT, 'functions', `${props.entry}.ts`),
      projectRoot: PROJECT,
      depsLockFilePath: join(PROJECT, 'package-lock.json'),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.role,
      logGroup: this.log,
      environment: { ...(!props.answersPeople && { NODE_OPTIONS: '--enable-source-maps' }), ...props.settings },
      bundling: { ...BUNDLING, sourceMap: !props.answersPeople, ...(props.beside && besides(props.beside)) },
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

const PROJECT = join(import.meta.dirname, '..');

/** Everything in one file, AWS SDK included: what was tested is what runs. Needs esbuild installed, never Docker. */
const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  bundleAwsSDK: true,
  externalModules: [],
  // What a function would carry and never use; see each file.
  esbuildArgs: {
    '--alias:zod': './infra/bundling/zod.mjs',
    '--alias:@aws-sdk/credential-provider-node': './infra/bundling/credentials.mjs',
    '--alias:@smithy/core/event-streams': './infra/bundling/event-streams.mjs',
    '--alias:@smithy/core/checksum': './infra/bundling/checksum.mjs',
    '--alias:@aws-sdk/middleware-endpoint-discovery': './infra/bundling/endpoint-discovery.mjs',
  },
  minify: true,
  charset: Charset.UTF8,
  sourceMap: true,
  sourcesContent: false,
  // CommonJS packages inside an ES module still call require() for Node's own modules.
  banner: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
};

/** What is made at bundling need not be made by a function that starts. */
function besides({ script, file }: Beside): Pick<BundlingOptions, 'commandHooks'> {
  const main = join(PROJECT, 'infra/bundling', script);
  const write = (folder: string) => [process.execPath, main, join(folder, file)].map((part) => `"${part}"`).join(' ');
  return {
    commandHooks: { beforeBundling: () => [], beforeInstall: () => [], afterBundling: (_in, out) => [write(out)] },
  };
}
