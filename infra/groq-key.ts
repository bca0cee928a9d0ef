// The place for the Groq key, the stack's own or one that is there. The stack never sees the key itself: a person puts it there, and may leave it empty.
import { Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretArn } from './arns.ts';
import type { Encryption } from './encryption.ts';
import { allow, type Grant } from './grant.ts';

export class GroqKey extends Construct {
  /** Name or ARN, as the functions ask for it. */
  readonly secretId: string;
  private readonly arn: string;
  private readonly encryption: Encryption;

  /** @param existing name or ARN of a secret that is there already */
  constructor(scope: Construct, id: string, encryption: Encryption, existing: string | undefined) {
    super(scope, id);
    this.encryption = encryption;
    this.secretId = existing ?? this.make();
    this.arn = existing === undefined ? this.secretId : secretArn(this, existing);
  }

  read(): Grant {
    const statements = [allow(['secretsmanager:GetSecretValue'], this.arn), ...this.encryption.readSecret()];
    return { environment: { GROQ_SECRET_ID: this.secretId }, statements };
  }

  private make(): string {
    // The L2 construct would make up a value, which Groq refuses at every call; without a value, rules decide.
    const secret = new CfnSecret(this, 'Secret', {
      description: 'Groq API key of AI4K8s; without a value decisions are made without the LLM',
      ...(this.encryption.key && { kmsKeyId: this.encryption.key.keyArn }),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Groq offers no API to rotate keys: rotation is a put-secret-value by hand, as docs/deploy.md shows.',
    });
    return secret.ref;
  }
}
