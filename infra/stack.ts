// The whole installation as a list: what there is, and which function may use what.
import { type App, Stack } from 'aws-cdk-lib';
import { placeOfArn } from '../lib/aws/partition.ts';
import { Announcements } from './announcements.ts';
import { ClusterAccess } from './cluster-access.ts';
import type { Deployment } from './deployment.ts';
import { Encryption } from './encryption.ts';
import { AutoscalerFunction } from './functions.ts';
import { GroqKey } from './groq-key.ts';
import { AutoscalerApi } from './http-api.ts';
import { jwtEnvironment } from './jwt.ts';
import { Monitoring } from './monitoring.ts';
import { Network } from './network.ts';
import { tellNextSteps } from './next-steps.ts';
import { RemoteWrite, withoutRemoteWrite } from './remote-write.ts';
import { TickSchedule, WatchdogSchedule } from './schedule.ts';
import { SignalSources } from './signal-sources.ts';
import { Storage } from './storage.ts';

export class AutoscalerStack extends Stack {
  constructor(scope: App, id: string, deployment: Deployment) {
    const { clusters, createAccessEntries, alarmEmail, vpc, settings: all, kmsKeyArn, jwt } = deployment;
    const { SIGNALS: signalsText, ...rest } = all;
    const settings = withoutRemoteWrite(rest);
    const keyRegion = kmsKeyArn === undefined ? undefined : placeOfArn(kmsKeyArn)?.region;
    super(scope, id, {
      description: 'AI4K8s: predictive autoscaling of Kubernetes Deployments on EKS',
      // A key is of one region, and so is what it encrypts.
      ...(keyRegion !== undefined && { env: { region: keyRegion } }),
    });
    const encryption = new Encryption(this, 'Encryption', kmsKeyArn);
    const storage = new Storage(this, 'Storage', encryption);
    const groqKey = new GroqKey(this, 'GroqKey', encryption);
    const announcements = new Announcements(this, 'Announcements', encryption);
    const clusterAccess = new ClusterAccess(this, 'ClusterAccess', clusters);
    const signals = new SignalSources(this, 'SignalSources', signalsText);
    const remoteWrite = new RemoteWrite(this, 'RemoteWrite', all);
    const network = vpc && new Network(this, 'Network', vpc);

    const tick = new AutoscalerFunction(this, 'Tick', {
      entry: 'tick',
      description: 'One pass over one cluster: observe, forecast, decide, scale',
      memoryMb: 1024,
      timeoutSeconds: 50, // before the lease of the tick (54 s) and the next tick (60 s)
      errorImpact: 'Deployments that opted in are not scaled; their replicas stay as they are',
      grants: [
        storage.readAndWriteAs('tick'),
        groqKey.read(),
        announcements.publish(),
        clusterAccess.connect(),
        signals.read(),
        remoteWrite.write(),
      ],
      network,
      encryption,
      settings,
    });
    const query = new AutoscalerFunction(this, 'Query', {
      entry: 'query',
      description: 'GET: recommendations, status, history; cannot reach any cluster',
      memoryMb: 512,
      timeoutSeconds: 15, // 5 s of LLM at most, and the table
      errorImpact: 'recommendations, status and history cannot be read; scaling goes on',
      grants: [storage.readAndWriteAs('query'), groqKey.read(), clusterAccess.names()],
      network: undefined,
      encryption,
      settings: { ...settings, ...jwtEnvironment(jwt) },
    });
    const command = new AutoscalerFunction(this, 'Command', {
      entry: 'command',
      description: 'POST: enable, disable, pause, apply',
      memoryMb: 1024,
      timeoutSeconds: 29, // API Gateway gives up at 30 s
      errorImpact: 'a change somebody asked for may not have been made; scaling goes on',
      grants: [
        storage.readAndWriteAs('command'),
        groqKey.read(),
        announcements.publish(),
        clusterAccess.connect(),
        signals.read(),
      ],
      network,
      encryption,
      settings: { ...settings, ...jwtEnvironment(jwt) },
    });

    const watchdog = new AutoscalerFunction(this, 'Watchdog', {
      entry: 'watchdog',
      description: 'Gives floors back that nobody tends; raises what no HPA scales where ticks stopped',
      memoryMb: 1024,
      timeoutSeconds: 60,
      errorImpact: 'should the ticks stop as well, HPAs keep their raised minReplicas and nothing else is scaled up',
      grants: [storage.readAndWriteAs('watchdog'), clusterAccess.connect(), signals.read()],
      network,
      encryption,
      settings,
    });

    for (const { role } of [tick, command, watchdog]) signals.acknowledgeOn(role);
    new TickSchedule(this, 'Schedule', tick.lambda, clusters);
    new WatchdogSchedule(this, 'WatchdogSchedule', watchdog.lambda, clusters);
    const { api } = new AutoscalerApi(this, 'HttpApi', {
      query: query.lambda,
      command: command.lambda,
      encryption,
      jwt,
    });
    new Monitoring(this, 'Monitoring', {
      tick,
      answering: [query, command, watchdog],
      api,
      email: alarmEmail,
      encryption,
    });
    if (createAccessEntries)
      clusterAccess.createEntries({ tick: tick.role, command: command.role, watchdog: watchdog.role });
    tellNextSteps(this, {
      deployment,
      keyPolicyStatements: encryption.key && encryption.keyPolicyStatements(),
      apiUrl: api.apiEndpoint,
      tableName: storage.table.tableName,
      secretArn: groqKey.arn,
      eventBusName: announcements.bus.eventBusName,
      securityGroupId: network?.securityGroup.securityGroupId,
      roles: [tick.role, command.role, watchdog.role],
    });
  }
}
