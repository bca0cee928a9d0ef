// The script of the scripted hour: who looks at the cluster when, and whose hands move in it.

export interface Act {
  /** Of the hour: commands run half a minute into it, when its tick is over. */
  readonly minute: number;
  readonly title: string;
  readonly commands: readonly string[];
}

/** When a person first changes something: from here on the numbers are his as well. */
export const HANDS_FROM_MINUTE = 40;

const BOTH = 'kubectl get deploy,hpa -n demo';
const FLOOR = `kubectl get hpa web -n demo -o jsonpath='{.spec.minReplicas} {.metadata.annotations}'`;
const CAN = 'kubectl auth can-i --as=system:serviceaccount:ai4k8s:autoscaler -n demo';
/** More than the load asks for at that time, and less. */
const BY_HAND = { more: 29, less: 8 };
const CHECKOUT = 'kubectl get deploy checkout -n demo';

/** @param peak minute of the highest load */
export function actsAround(peak: number): readonly Act[] {
  const acts: Act[] = [
    { minute: 0, title: 'the cluster, and what AI4K8s may do in it', commands: [...START, BOTH, FLOOR] },
    ...[10, 20, 30, 50].map((minute) => ({ minute, title: 'every ten minutes', commands: [BOTH] })),
    { minute: peak - 6, title: 'before the peak', commands: [FLOOR] },
    { minute: peak, title: 'at the peak', commands: [FLOOR, BOTH, 'kubectl describe hpa web -n demo'] },
    { minute: peak + 7, title: 'after the peak', commands: [FLOOR] },
    {
      minute: HANDS_FROM_MINUTE,
      title: 'a person scales checkout out by hand',
      commands: [BOTH, `kubectl scale deployment checkout -n demo --replicas=${BY_HAND.more}`],
    },
    { minute: 42, title: 'two ticks later', commands: [CHECKOUT] },
    {
      minute: 46,
      title: 'a person pauses web',
      commands: [FLOOR, 'kubectl annotate deployment web -n demo ai4k8s.io/paused=true'],
    },
    { minute: 47, title: 'one tick later: the floor is given back', commands: [FLOOR, 'kubectl get hpa web -n demo'] },
    { minute: 50, title: 'and resumes it', commands: ['kubectl annotate deployment web -n demo ai4k8s.io/paused-'] },
    { minute: 51, title: 'one tick later', commands: [FLOOR] },
    {
      minute: 53,
      title: 'a person scales checkout in by hand',
      commands: [`kubectl scale deployment checkout -n demo --replicas=${BY_HAND.less}`],
    },
    ...[54, 55].map((minute) => ({ minute, title: `${minute - 53} min later`, commands: [CHECKOUT] })),
    {
      minute: 57,
      title: 'every floor of the cluster is released, as before an uninstall',
      commands: [FLOOR, 'npm run -s ai4k8s -- release --all', FLOOR],
    },
    {
      minute: 60,
      title: 'the end',
      commands: [
        BOTH,
        FLOOR,
        'kubectl describe deployment checkout -n demo',
        'kubectl describe deployment web -n demo',
      ],
    },
  ];
  return acts.toSorted((a, b) => a.minute - b.minute);
}

const START = [
  'kubectl version --short',
  `${CAN} update deployments.apps --subresource=scale`,
  `${CAN} patch horizontalpodautoscalers.autoscaling`,
  `${CAN} get secrets`,
  `${CAN} patch deployments.apps`,
  `${CAN} delete pods`,
];
