// Names that Kubernetes takes: whatever else a metrics server tells goes into no command, no YAML and no question.

const LONGEST = { label: 63, subdomain: 253 } as const;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** RFC 1123, as of namespaces. */
export function isNamespaceName(text: string): boolean {
  return text.length <= LONGEST.label && LABEL.test(text);
}

/** As of Deployments, HPAs and ScaledObjects. */
export function isObjectName(text: string): boolean {
  return text.length <= LONGEST.subdomain && SUBDOMAIN.test(text);
}
