// What to do about a server's refusal, in the words of whoever configured it: options of the command line, or fields of SIGNALS.

export interface Remedies {
  readonly tenant: string;
  readonly credentials: string;
  readonly partial: string;
  readonly late: string;
}

export const BY_OPTION: Remedies = {
  tenant: "name the tenant, --prometheus-header 'X-Scope-OrgID: NAME'",
  credentials:
    'give user and password in the URL, or a token in PROMETHEUS_TOKEN (Amazon Managed Prometheus: --prometheus-sigv4)',
  partial: 'Ask again later, or go on all the same with --prometheus-partial',
  late: 'ask for fewer --days',
};

export const BY_FIELD: Remedies = {
  tenant: 'name the tenant, "headers": {"X-Scope-OrgID": "NAME"} of the source',
  credentials: 'give the source a "tokenSecretId" (Amazon Managed Prometheus: "sigv4")',
  partial: 'Mend the server, or take such answers with "partial": true of the source',
  late: 'make the query cheaper (a recording rule), or give the source more "timeoutSeconds"',
};
