// What a pod that was resized in place requested at its birth: the next replica is made of the template, not of what became of this one.
import type { PerResource } from '../../domain/workload/signal.ts';
import type { PodSpec } from './api-types.ts';
import type { Resizable } from './resizable.ts';
import { limitsOf, requestsOf } from './resources.ts';

/**
 * What the template states counts; what admission added to the pod (a mesh's proxy, a default) counts as the pod has it.
 * Otherwise a resize would change what a replica is taken to carry, and the replica count with it.
 */
export function requestsBorn(pod: Resizable, template: Resizable): PerResource<number> {
  return requestsOf(asBorn(pod, template));
}

export function limitsBorn(pod: Resizable, template: Resizable): PerResource<number> {
  return limitsOf(asBorn(pod, template));
}

function asBorn(pod: Resizable, template: Resizable): PodSpec {
  const known = new Map([...template.containers, ...template.sidecars].map((one) => [one.name, one.resources]));
  const born = (of: Resizable['containers']) =>
    of.map(({ name, resources }) => {
      const stated = known.get(name);
      return {
        name,
        resources: {
          requests: { ...resources?.requests, ...stated?.limits, ...stated?.requests },
          limits: { ...resources?.limits, ...stated?.limits },
        },
      };
    });
  const whole = template.whole ?? pod.whole;
  return {
    containers: born(pod.containers),
    initContainers: born(pod.sidecars).map((one) => ({ ...one, restartPolicy: 'Always' })),
    ...(whole && { resources: whole }),
  };
}
