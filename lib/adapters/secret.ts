// The Groq key from Secrets Manager; the secret store is the only place it lives.
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AdapterError } from '../app/ports/world.ts';

/** @returns the secret's text, or null where the secret has no value yet */
export async function readSecret(secretId: string): Promise<string | null> {
  const client = new SecretsManagerClient({ requestHandler: { requestTimeout: 3000, connectionTimeout: 1000 } });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return SecretString?.trim() || null;
  } catch (cause) {
    if (cause instanceof ResourceNotFoundException) return null;
    const message = `could not read the secret ${secretId}: grant secretsmanager:GetSecretValue on it`;
    throw new AdapterError('secretsmanager', message, { retryable: true, cause });
  }
}
