// The Groq key from Secrets Manager, where the environment holds none.
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AdapterError } from '../app/ports/world.ts';
import { sdkError } from '../aws/sdk-error.ts';

/** @returns the secret's text, or null where the secret has no value yet */
export async function readSecret(secretId: string): Promise<string | null> {
  const client = new SecretsManagerClient({ requestHandler: { requestTimeout: 3000, connectionTimeout: 1000 } });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return SecretString?.trim() || null;
  } catch (cause) {
    if (cause instanceof ResourceNotFoundException) return null;
    const { name, detail, remedy } = sdkError(cause);
    const advice =
      remedy ?? 'Grant secretsmanager:GetSecretValue on it, and kms:Decrypt on its key where that is yours.';
    const message = `could not read the secret ${secretId} (${name}: ${detail}). ${advice}`;
    throw new AdapterError('secretsmanager', message, { retryable: true, cause });
  }
}
