// The guardrails that let an answer stand as a recommendation only: somebody else's workload, or somebody said no.
import { worksThroughHpa } from './floor.ts';
import { blocked, type Guardrail, noted } from './guardrail.ts';
import { asleepMessage, isAsleep } from './hpa-wishes.ts';
import { floorManagerMessage, managerMessage, neighboursMessage } from './other-hands.ts';

export const zero: Guardrail = {
  name: 'zero',
  check: ({ observation }, _history, replicas) => {
    if (observation.replicas.spec > 0) return null;
    if (observation.hpa !== null && isAsleep(observation))
      return blocked('hpa_at_zero', replicas, asleepMessage(observation.hpa));
    return blocked(
      'workload_at_zero',
      replicas,
      'the workload is scaled to 0: somebody switched it off, so it is left',
    );
  },
};

export const ownership: Guardrail = {
  name: 'ownership',
  check: ({ policy, observation: { owner } }, _history, replicas) => {
    if (owner.kind === 'none' || worksThroughHpa(policy, owner)) return null;
    if (owner.kind === 'hpa')
      return blocked(
        'owned_by_hpa',
        replicas,
        `HPA ${owner.name} owns the replica count; enable mode auto or hpa-floor to work through it, or delete it to scale from here`,
      );
    if (owner.kind === 'keda')
      return blocked('owned_by_keda', replicas, `KEDA owns the replica count through ${owner.name}; it is left alone`);
    if (owner.kind === 'unknown')
      return blocked('owner_unknown', replicas, 'HPAs could not be listed, so another owner cannot be ruled out');
    return blocked('ambiguous_owner', replicas, `${owner.names.length} HPAs target this workload: keep one`);
  },
};

export const manager: Guardrail = {
  name: 'manager',
  check: ({ observation: { hands, hpa, owner } }, _history, replicas) => {
    if (hpa?.floorManager !== undefined)
      return blocked('owned_by_manager', replicas, floorManagerMessage(hpa.name, hpa.floorManager));
    if (!hands?.manager) return null;
    const message = managerMessage(hands.manager);
    if (hands.manager.how === 'states') return noted('replicas_in_manifest', replicas, message);
    // Under an HPA only its minReplicas is ours to move: whoever fights over spec.replicas fights with the HPA.
    return (owner.kind === 'hpa' ? noted : blocked)('owned_by_manager', replicas, message);
  },
};

export const neighbours: Guardrail = {
  name: 'neighbours',
  check: ({ observation: { hands } }, _history, replicas) => {
    const message = hands ? neighboursMessage(hands) : null;
    if (message === null) return null;
    return noted(hands?.overlaps.length ? 'selector_overlap' : 'vpa_present', replicas, message);
  },
};

export const paused: Guardrail = {
  name: 'paused',
  check: ({ policy }, _history, replicas) =>
    policy.paused ? blocked('paused', replicas, 'the policy says paused') : null,
};

export const killSwitch: Guardrail = {
  name: 'kill_switch',
  check: (_assessment, history, replicas) =>
    history.killSwitch === null ? null : blocked('kill_switch', replicas, history.killSwitch),
};
