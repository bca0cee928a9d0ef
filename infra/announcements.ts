// The bus on which decisions and ticks are announced: rules of the user's own listen there.
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { allow, type Grant } from './grant.ts';

export class Announcements extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, { key }: Encryption) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      description: 'Decisions and ticks of AI4K8s, source ai4k8s.autoscaler',
      ...(key && { kmsKey: key }),
    });
  }

  publish(): Grant {
    const statements = [allow(['events:PutEvents'], this.bus.eventBusArn)];
    return { environment: { EVENT_BUS_NAME: this.bus.eventBusName }, statements };
  }
}
