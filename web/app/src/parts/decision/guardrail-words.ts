// Guardrails and what they do, in plain words. A name that is new to the page is shown as it is.

const NAMES: Readonly<Record<string, string>> = {
  advice: 'what the LLM answered',
  bounds: 'minimum and maximum',
  schedule_ceiling: 'a ceiling by schedule',
  signals: 'signals that are not measured',
  rollout: 'rollouts under way',
  not_ready: 'pods that are not ready',
  direction: 'what is measured',
  schedule_floor: 'a floor by schedule',
  envelope: 'what evidence allows',
  step: 'so far at once',
  restraint: 'limits that a person set',
  stabilisation: 'stabilisation: what was wanted just now',
  cooldown: 'time since the last change',
  pods: 'pods that do not come up',
  zero: 'off hours',
  ownership: 'who owns the count',
  manager: 'what Git or an operator sets',
  neighbours: 'others that act on it',
  paused: 'pauses',
  kill_switch: 'the kill switch',
  hold: 'the circuit breaker',
  quota: 'the quota',
  blast_radius: 'a share of the cluster at once',
};

export const guardrailName = (name: string) => NAMES[name] ?? name.replaceAll('_', ' ');

interface Verdict {
  readonly effect: string;
  readonly from: number;
  readonly to: number;
}

export function effectWords({ effect, from, to }: Verdict): string {
  const moved = from === to ? '' : ` ${from} → ${to}`;
  const word = {
    noted: 'noted',
    rejected: 'not usable',
    vetoed: 'turned down',
    clipped: 'moved',
    held: 'held',
    blocked: 'forbidden',
  }[effect];
  return `${word ?? effect}${moved}`;
}
