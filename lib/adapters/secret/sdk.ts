// What is used of Secrets Manager's client, by name: a package that is loaded later is else in the bundle whole.
export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
