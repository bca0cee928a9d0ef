// What may be chosen of an installation, as types alone: in an app of one's own these are the properties of the stack, in ours
// the keys of the CDK context. infra/deployment.ts checks them.

/** A cluster to watch. */
export interface WatchedCluster {
  /** Its name in URLs and in the table: choose it once. */
  readonly id: string;
  readonly eks: {
    readonly name: string;
    readonly region: string;
    /** Of a cluster in another account: the role there that the functions assume. */
    readonly roleArn?: string | undefined;
    /** Agreed with the role's owner. */
    readonly externalId?: string | undefined;
  };
}

/** Tokens of an OIDC provider in the place of IAM's signatures. */
export interface TokenAccess {
  /** As tokens spell it: `https://…`. */
  readonly issuer: string;
  /** Client ids: who the tokens are for. */
  readonly audience: string | readonly string[];
  /** The claim that holds the groups; `groups` unless given. */
  readonly groupsClaim?: string | undefined;
  /** What each group may do, and where; `*` is everywhere. */
  readonly groups: Readonly<
    Record<
      string,
      {
        readonly rights: readonly ('read' | 'propose' | 'operate' | 'approve')[];
        readonly clusters: readonly string[];
        readonly namespaces: readonly string[];
      }
    >
  >;
}

export interface AutoscalerOptions {
  readonly clusters: readonly WatchedCluster[];
  /** Lets the stack create the access entries of clusters of its own account and region; no unless given. */
  readonly createAccessEntries?: boolean | undefined;
  /** A mailbox that is told of alarms. */
  readonly alarmEmail?: string | undefined;
  /** An SNS topic that is told of alarms as well. */
  readonly alarmTopicArn?: string | undefined;
  /** Where API servers are private: subnets with a way out to AWS and to the LLM. */
  readonly vpc?: { readonly id: string; readonly subnets: readonly string[] } | undefined;
  /** A symmetric key of the stack's region for all that is stored; AWS's own keys unless given. */
  readonly kmsKeyArn?: string | undefined;
  /** Name or ARN of a secret that is there already; the stack makes one unless given. */
  readonly groqSecretName?: string | undefined;
  /** As CloudWatch Logs takes them; 30 unless given. */
  readonly logRetentionDays?: number | undefined;
  /** Of the API's log; 30 unless given. */
  readonly accessLogRetentionDays?: number | undefined;
  /** Environment variables of lib/config.ts; docs/deploy.md lists those that may be set. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Decisions are made and shown, and nothing is written. */
  readonly killSwitch?: boolean | undefined;
  readonly jwt?: TokenAccess | undefined;
  /** Also serves MCP for agents at `/mcp` and `/mcp/write`; no unless given. */
  readonly mcp?: boolean | undefined;
}
