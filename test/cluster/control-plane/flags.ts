// How each program of the control plane is told its ports, keys and neighbours; everything on 127.0.0.1.
import { join } from 'node:path';

export interface Layout {
  readonly folder: string;
  readonly pki: string;
  /** The authority that signed the API server's certificate. */
  readonly ca: Buffer;
  /** Of the administrator. */
  readonly token: string;
  readonly ports: {
    readonly etcd: number;
    readonly etcdPeer: number;
    readonly api: number;
    readonly controllerManager: number;
    /** Of whoever knows tokens that are nobody's here, see `authenticatorUrl`. */
    readonly authenticator: number;
  };
}

export function etcdArgs({ folder, ports }: Layout): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '--name=loopback',
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=loopback=${peer}`,
    '--unsafe-no-fsync', // nothing here outlives the process
    '--log-level=warn',
  ];
}

/** Where the API server asks who comes with a token, as that of EKS asks AWS. Nobody is there unless a test is. */
export function authenticatorUrl({ authenticator }: Layout['ports']): string {
  return `http://127.0.0.1:${authenticator}/`;
}

export function apiServerArgs({ pki, ports }: Layout): string[] {
  const key = (name: string) => join(pki, name);
  return [
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.api}`,
    '--insecure-port=0',
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=127.96.0.0/16',
    `--tls-cert-file=${key('apiserver.crt')}`,
    `--tls-private-key-file=${key('apiserver.key')}`,
    `--client-ca-file=${key('ca.crt')}`,
    `--token-auth-file=${key('tokens.csv')}`,
    `--authentication-token-webhook-config-file=${key('authenticator.kubeconfig')}`,
    '--authentication-token-webhook-version=v1',
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${key('sa.key')}`,
    `--service-account-key-file=${key('sa.pub')}`,
    // The aggregation layer, through which metrics.k8s.io is reached.
    `--requestheader-client-ca-file=${key('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${key('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${key('front-proxy-client.key')}`,
  ];
}

/** @param timing of the HPA controller: HPA_SYNC, HPA_DOWN_STAB, HPA_CPU_INIT, HPA_READY_DELAY; Kubernetes' own by default */
export function controllerManagerArgs({ pki, ports }: Layout, timing: NodeJS.ProcessEnv): string[] {
  const key = (name: string) => join(pki, name);
  const kubeconfig = key('controllers.kubeconfig');
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.controllerManager}`,
    '--port=0',
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--root-ca-file=${key('ca.crt')}`,
    `--service-account-private-key-file=${key('sa.key')}`,
    // No cloud, and a stand-in kubelet that sends no heartbeats.
    '--controllers=*,-nodelifecycle,-nodeipam,-route,-service,-cloud-node-lifecycle,-csrsigning',
    `--horizontal-pod-autoscaler-sync-period=${timing.HPA_SYNC ?? '15s'}`,
    `--horizontal-pod-autoscaler-downscale-stabilization=${timing.HPA_DOWN_STAB ?? '5m0s'}`,
    `--horizontal-pod-autoscaler-cpu-initialization-period=${timing.HPA_CPU_INIT ?? '5m0s'}`,
    `--horizontal-pod-autoscaler-initial-readiness-delay=${timing.HPA_READY_DELAY ?? '30s'}`,
  ];
}
