// The way in for people and programs: signed requests, or tokens of an OIDC provider, only; reads to one function and writes to the other.
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { type Jwt, jwtAuthorizer } from './jwt.ts';

export interface AutoscalerApiProps {
  readonly query: IFunction;
  readonly command: IFunction;
  /** For agents, where it is wanted. */
  readonly mcp?: IFunction | undefined;
  readonly encryption: Encryption;
  /** Tokens in the place of signatures. */
  readonly jwt?: Jwt | undefined;
  readonly logRetention?: RetentionDays;
}

const READS = [HttpMethod.GET, HttpMethod.HEAD];
/** Requests per second for all callers together; a dashboard needs one or two. */
const THROTTLE = { rateLimit: 10, burstLimit: 20 };

/** One JSON line a request: who asked for what, and what became of it. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    time: '$context.requestTime',
    request_id: '$context.requestId',
    caller: '$context.identity.userArn',
    token_subject: '$context.authorizer.claims.sub',
    source_ip: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    path: '$context.path',
    status: '$context.status',
    latency_ms: '$context.responseLatency',
    error: '$context.error.message',
  }),
);

export class AutoscalerApi extends Construct {
  readonly api: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    { query, command, mcp, encryption, jwt, logRetention = RetentionDays.ONE_MONTH }: AutoscalerApiProps,
  ) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName, // or all installations of an account would be listed as "Api"
      description: 'AI4K8s autoscaling: recommendations, status, history; enable, disable, pause, apply',
      createDefaultStage: false,
      defaultAuthorizer: jwt === undefined ? new HttpIamAuthorizer() : jwtAuthorizer(jwt),
    });
    const reads = new HttpLambdaIntegration('Query', query);
    const writes = new HttpLambdaIntegration('Command', command);
    // Which paths exist is lib/app/api/contract.ts's business; the method says which function may answer. No CORS: a
    // signature is no cookie, and no page has a reason to sign from another origin.
    this.api.addRoutes({ path: '/{proxy+}', methods: READS, integration: reads });
    this.api.addRoutes({ path: '/{proxy+}', methods: [HttpMethod.POST], integration: writes });
    if (mcp !== undefined) this.openToAgents(mcp);
    this.openHealth(reads);
    this.addStage(encryption, logRetention);
  }

  /** Two paths, so that IAM can let an agent read and not write. */
  private openToAgents(mcp: IFunction): void {
    const integration = new HttpLambdaIntegration('Mcp', mcp);
    for (const path of ['/mcp', '/mcp/write']) this.api.addRoutes({ path, methods: [HttpMethod.POST], integration });
  }

  private openHealth(integration: HttpLambdaIntegration): void {
    const authorizer = new HttpNoneAuthorizer();
    const routes = this.api.addRoutes({ path: '/health', methods: READS, integration, authorizer });
    for (const route of routes)
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'Health is for probes that cannot sign; it tells a version and reads nothing.',
      });
  }

  private addStage({ key }: Encryption, retention: RetentionDays): void {
    const logGroup = new LogGroup(this, 'AccessLog', {
      ...(key && { encryptionKey: key }),
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: ACCESS_LOG },
    });
  }
}
