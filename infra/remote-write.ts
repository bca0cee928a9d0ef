// What remote write needs of AWS: the workspace that is written to, or the secret that holds a token. Off unless an address is stated.
import { Construct } from 'constructs';
import { regionOfWorkspace } from '../lib/aws/workspace.ts';
import { REMOTE_WRITE_NAMES } from '../lib/remote-write-config/read.ts';
import { secretArn, workspaceArn } from './arns.ts';
import type { Deployment } from './deployment.ts';
import { allow, type Grant } from './grant.ts';

export class RemoteWrite extends Construct {
  private readonly settings: Deployment['settings'];

  /** @param settings which `readDeployment` has accepted */
  constructor(scope: Construct, id: string, settings: Deployment['settings']) {
    super(scope, id);
    this.settings = settings;
  }

  /** For the functions that end a tick, or a part of one. */
  write(): Grant {
    const { REMOTE_WRITE_URL: text, REMOTE_WRITE_AUTH: auth, REMOTE_WRITE_SECRET_ID: secretId } = this.settings;
    if (text === undefined) return { environment: {}, statements: [] };
    const url = new URL(text);
    const region = auth === 'sigv4' ? regionOfWorkspace(url) : null;
    return {
      environment: Object.fromEntries(
        REMOTE_WRITE_NAMES.flatMap((name) => (this.settings[name] === undefined ? [] : [[name, this.settings[name]]])),
      ),
      statements: [
        ...(region === null ? [] : [allow(['aps:RemoteWrite'], workspaceArn(this, url, region))]),
        ...(secretId === undefined ? [] : [allow(['secretsmanager:GetSecretValue'], secretArn(this, secretId))]),
      ],
    };
  }
}

/** What every function is told: these are for those alone that write. */
export function withoutRemoteWrite(settings: Deployment['settings']): Deployment['settings'] {
  const names: readonly string[] = REMOTE_WRITE_NAMES;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}
