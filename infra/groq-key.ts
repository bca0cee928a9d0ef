// The place for the Groq key. The stack never sees the key itself: a person puts it there, and may leave it empty.
import { Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { allow, type Grant } from './grant.ts';

export class GroqKey extends Construct {
  readonly arn: string;
  private readonly encryption: Encryption;

  constructor(scope: Construct, id: string, encryption: Encryption) {
    super(scope, id);
    this.encryption = encryption;
    // The L2 construct would make up a value, which Groq refuses at every call; without a value, rules decide.
    const secret = new CfnSecret(this, 'Secret', {
      description: 'Groq API key of AI4K8s; without a value decisions are made without the LLM',
      ...(encryption.key && { kmsKeyId: encryption.key.keyArn }),
    });
    this.arn = secret.ref;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Groq offers no API to rotate keys: rotation is a put-secret-value by hand, as docs/deploy.md shows.',
    });
  }

  read(): Grant {
    const statements = [allow(['secretsmanager:GetSecretValue'], this.arn), ...this.encryption.readSecret()];
    return { environment: { GROQ_SECRET_ID: this.arn }, statements };
  }
}
