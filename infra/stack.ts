// The whole installation as a list: what there is, and which function may use what.
import { Stack, type StackProps, Stage, Token } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { agentsFunction } from './agents.ts';
import { Alarms } from './alarms.ts';
import { Announcements } from './announcements.ts';
import { ClusterAccess } from './cluster-access.ts';
import { raiseClusterAlarms } from './cluster-alarms.ts';
import { ClusterMetrics } from './cluster-metrics.ts';
import { OperatorsDashboard } from './dashboard.ts';
import { type Deployment, readDeployment } from './deployment.ts';
import { Encryption } from './encryption.ts';
import { AutoscalerFunction } from './functions.ts';
import { GroqKey } from './groq-key.ts';
import { AutoscalerApi } from './http-api.ts';
import { jwtEnvironment } from './jwt.ts';
import { LogQueries } from './log-queries.ts';
import { raiseSharedAlarms } from './monitoring.ts';
import { Network } from './network.ts';
import { tellNextSteps } from './next-steps.ts';
import type { AutoscalerOptions } from './options.ts';
import { Pace } from './pace.ts';
import { RemoteWrite, withoutRemoteWrite } from './remote-write.ts';
import { TickSchedule, WatchdogSchedule } from './schedule.ts';
import { SignalSources } from './signal-sources.ts';
import { Storage } from './storage.ts';
import { LEARN_TIMEOUT_SECONDS, LOOK_TIMEOUT_SECONDS, WorkQueues } from './work-queues.ts';

export type { AutoscalerOptions, TokenAccess, WatchedCluster } from './options.ts';

export interface AutoscalerStackProps extends StackProps, AutoscalerOptions {}

/**
 * One installation. Of several in one account each has a name, a table and an API of its own.
 * @throws Error of one line that names each property that is missing or wrong
 */
export class AutoscalerStack extends Stack {
  /** Base of all paths. */
  readonly apiUrl: string;
  /** Where decisions and ticks are announced. */
  readonly eventBus: EventBus;
  /** Of the functions that call API servers: whoever makes access entries lets these in. */
  readonly roles: readonly IRole[];

  constructor(scope: Construct, id: string, props: AutoscalerStackProps) {
    const deployment = deploymentOf(scope, id, props);
    const { clusters, createAccessEntries, vpc, settings: all, region, jwt } = deployment;
    const { SIGNALS: signalsText, ...rest } = all;
    const settings = withoutRemoteWrite(rest);
    super(scope, id, {
      description: 'AI4K8s: predictive autoscaling of Kubernetes Deployments on EKS',
      ...props,
      ...(region !== undefined && { env: { ...props.env, region } }),
    });
    const pace = new Pace(deployment.tickSeconds);
    const encryption = new Encryption(this, 'Encryption', deployment.kmsKeyArn);
    const storage = new Storage(this, 'Storage', encryption);
    const groqKey = new GroqKey(this, 'GroqKey', encryption, deployment.groqSecretName);
    const announcements = new Announcements(this, 'Announcements', encryption);
    const clusterAccess = new ClusterAccess(this, 'ClusterAccess', clusters, deployment.clustersSetting);
    const signals = new SignalSources(this, 'SignalSources', signalsText);
    const remoteWrite = new RemoteWrite(this, 'RemoteWrite', all);
    const network = vpc && new Network(this, 'Network', vpc);
    const queues = new WorkQueues(this, 'Queues', { pace, encryption });
    const metrics = new ClusterMetrics(this, 'Metrics');
    const common = { encryption, settings, logRetention: deployment.logRetentionDays };
    const scaling = [groqKey.read(), announcements.publish(), clusterAccess.connect()];

    const tick = new AutoscalerFunction(this, 'Tick', {
      ...common,
      entry: 'tick',
      description: 'One pass over one cluster: observe, then evaluate its shards or hand them on',
      memoryMb: 1024,
      timeoutSeconds: pace.timeoutSeconds,
      errorImpact: 'Deployments that opted in are not scaled; their replicas stay as they are',
      grants: [
        storage.readAndWriteAs('tick'),
        ...scaling,
        signals.read(),
        remoteWrite.write(),
        queues.shards.send(),
        queues.learning.send(),
        queues.looks.send(),
        metrics.emit(),
      ],
      network,
    });
    const evaluate = new AutoscalerFunction(this, 'Evaluate', {
      ...common,
      entry: 'evaluate',
      description: 'Shards of a large cluster within its tick: forecast, decide, scale',
      memoryMb: 1024,
      timeoutSeconds: pace.timeoutSeconds,
      errorImpact: 'shards of a large cluster are left to the next tick; their replicas stay as they are',
      grants: [
        storage.readAndWriteAs('evaluate'),
        ...scaling,
        remoteWrite.write(),
        queues.shards.receive(),
        metrics.emit(),
      ],
      network,
    });
    const learn = new AutoscalerFunction(this, 'Learn', {
      ...common,
      entry: 'learn',
      description: "Fits a shard's workloads to their history; cannot reach any cluster",
      memoryMb: 1024,
      timeoutSeconds: LEARN_TIMEOUT_SECONDS,
      errorImpact: 'what was learned grows old; scaling goes on',
      grants: [storage.readAndWriteAs('learn'), clusterAccess.names(), queues.learning.receive()],
      network: undefined,
    });
    const look = new AutoscalerFunction(this, 'Look', {
      ...common,
      entry: 'look',
      description: 'Between two ticks: newer usage of what is scaled directly; may only scale up',
      memoryMb: 768,
      timeoutSeconds: LOOK_TIMEOUT_SECONDS,
      errorImpact: 'between two ticks nothing is scaled up; ticks go on',
      grants: [storage.readAndWriteAs('look'), clusterAccess.connect(), queues.looks.receive()],
      network,
    });
    const query = new AutoscalerFunction(this, 'Query', {
      ...common,
      entry: 'query',
      description: 'GET: recommendations, status, history; cannot reach any cluster',
      memoryMb: 512,
      timeoutSeconds: 15, // 5 s of LLM at most, and the table
      errorImpact: 'recommendations, status and history cannot be read; scaling goes on',
      grants: [storage.readAndWriteAs('query'), groqKey.read(), clusterAccess.names()],
      network: undefined,
      answersPeople: true,
      beside: { script: 'openapi-main.ts', file: 'openapi.json' },
      settings: { ...settings, ...jwtEnvironment(jwt) },
    });
    const command = new AutoscalerFunction(this, 'Command', {
      ...common,
      entry: 'command',
      description: 'POST: enable, disable, pause, apply',
      memoryMb: 1024,
      timeoutSeconds: 29, // API Gateway gives up at 30 s
      errorImpact: 'a change somebody asked for may not have been made; scaling goes on',
      grants: [storage.readAndWriteAs('command'), ...scaling, signals.read()],
      network,
      answersPeople: true,
      settings: { ...settings, ...jwtEnvironment(jwt) },
    });
    const mcp = deployment.mcp ? agentsFunction(this, { query, command }, common) : undefined;
    const watchdog = new AutoscalerFunction(this, 'Watchdog', {
      ...common,
      entry: 'watchdog',
      description: 'Gives floors back that nobody tends; raises what no HPA scales where ticks stopped',
      memoryMb: 1024,
      timeoutSeconds: 60,
      errorImpact: 'should the ticks stop as well, HPAs keep their raised minReplicas and nothing else is scaled up',
      grants: [storage.readAndWriteAs('watchdog'), clusterAccess.connect(), signals.read()],
      network,
    });

    for (const { role } of [tick, command, watchdog]) signals.acknowledgeOn(role);
    queues.feed({ evaluate, learn, look });
    new TickSchedule(this, 'Schedule', tick.lambda, clusters, pace);
    const watchdogSchedule = new WatchdogSchedule(this, 'WatchdogSchedule', watchdog.lambda, clusters, pace);
    const { api } = new AutoscalerApi(this, 'HttpApi', {
      query: query.lambda,
      command: command.lambda,
      mcp: mcp?.lambda,
      encryption,
      jwt,
      logRetention: deployment.accessLogRetentionDays,
    });
    const { table } = storage;
    const alarms = new Alarms(this, 'Alarms', deployment, encryption);
    raiseSharedAlarms(alarms, { tick, evaluate, watchdog, watchdogSchedule, queues, api, table, pace });
    raiseClusterAlarms(alarms, metrics, clusters, pace);
    const functions = [tick, evaluate, learn, look, watchdog, command, query, ...(mcp ? [mcp] : [])];
    new LogQueries(this, 'LogQueries', functions);
    const dashboard = new OperatorsDashboard(this, 'Operators', {
      alarms,
      metrics,
      functions,
      queues,
      table,
      api,
      pace,
    });
    const reaching = {
      tick: tick.role,
      evaluate: evaluate.role,
      look: look.role,
      command: command.role,
      watchdog: watchdog.role,
    };
    this.apiUrl = api.apiEndpoint;
    this.eventBus = announcements.bus;
    this.roles = Object.values(reaching);
    if (createAccessEntries) clusterAccess.createEntries(reaching);
    tellNextSteps(this, {
      deployment,
      keyPolicyStatements: encryption.key && encryption.keyPolicyStatements(),
      apiUrl: this.apiUrl,
      tableName: table.tableName,
      secretId: groqKey.secretId,
      eventBusName: announcements.bus.eventBusName,
      dashboardUrl: dashboard.url,
      securityGroupId: network?.securityGroup.securityGroupId,
      roles: this.roles,
    });
  }
}

/** What is named by ARN has a region, and a stack that is to be elsewhere cannot use it. */
function deploymentOf(scope: Construct, id: string, props: AutoscalerStackProps): Deployment {
  const chosen = new Map<string, unknown>(Object.entries(props));
  try {
    const deployment = readDeployment((key) => chosen.get(key));
    const { region } = deployment;
    const place = props.env?.region ?? Stage.of(scope)?.region ?? region;
    if (region !== undefined && !Token.isUnresolved(place) && place !== region)
      throw new Error(`env.region: is ${place}, and what is named by ARN is of region ${region}`);
    return deployment;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`AutoscalerStack ${id}: ${why.replace(/^CDK context: /, '')}`);
  }
}
