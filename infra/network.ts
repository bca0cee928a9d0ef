// Puts functions into the user's VPC, for API servers without a public endpoint.
import { Validations } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, type SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DeployedVpc } from './deployment.ts';

/** What Lambda itself does to attach a function to a VPC: these have no resource of ours to be limited to. */
const ATTACH_TO_VPC = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

export class Network extends Construct {
  readonly securityGroup: SecurityGroup;
  private readonly vpc: IVpc;

  constructor(scope: Construct, id: string, { id: vpcId, subnets }: DeployedVpc) {
    super(scope, id);
    // CDK wants zones; nothing here depends on them, and looking them up would need the account.
    const availabilityZones = ['unknown'];
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones, privateSubnetIds: subnets });
    this.securityGroup = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'AI4K8s functions: nothing in, anything out (API servers, AWS, the LLM)',
    });
  }

  placement(): { vpc: IVpc; vpcSubnets: SubnetSelection; securityGroups: SecurityGroup[] } {
    return { vpc: this.vpc, vpcSubnets: { subnets: this.vpc.privateSubnets }, securityGroups: [this.securityGroup] };
  }

  /** Lets Lambda attach a function that runs as `role`. */
  letAttach(role: IRole): void {
    role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ATTACH_TO_VPC, resources: ['*'] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda creates network interfaces whose names nobody knows before; AWS grants these actions on * only.',
    });
  }
}
