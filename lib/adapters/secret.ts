// Texts from Secrets Manager: the key of the LLM, and tokens of signal sources. The SDK is loaded with the first of them.
import { AdapterError } from '../app/ports/world.ts';
import { sdkError } from '../aws/sdk-error.ts';

/** All tries together: whoever waits for a key has better things to do. */
const WITHIN_MS = 3000;

/** @returns the secret's text, or null where the secret has no value yet */
export async function readSecret(secretId: string): Promise<string | null> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('./secret/sdk.ts');
  const client = new SecretsManagerClient({ requestHandler: { connectionTimeout: 1000 } });
  try {
    const command = new GetSecretValueCommand({ SecretId: secretId });
    const { SecretString } = await client.send(command, { abortSignal: AbortSignal.timeout(WITHIN_MS) });
    return SecretString?.trim() || null;
  } catch (cause) {
    const { name, detail, remedy } = sdkError(cause);
    if (name === 'ResourceNotFoundException') return null;
    const advice =
      remedy ?? 'Grant secretsmanager:GetSecretValue on it, and kms:Decrypt on its key where that is yours.';
    const message = `could not read the secret ${secretId} (${name}: ${detail}). ${advice}`;
    throw new AdapterError('secretsmanager', message, { retryable: true, cause });
  } finally {
    client.destroy();
  }
}
