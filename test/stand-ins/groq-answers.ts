// What the stub says as the model: answers made from the numbers in the prompt, good and bad.

import { completion } from './groq-replies.ts';
import { readScenario, type Scenario } from './groq-scenario.ts';
import type { GroqReply, GroqRequest } from './groq-server.ts';

export const ANSWER_NAMES = [
  'sensible',
  'min',
  'max',
  'random',
  'garbage',
  'nonsense',
  'seed-example',
  'veto',
] as const;
export type AnswerName = (typeof ANSWER_NAMES)[number];

/** The reply of the stub to one request. `random` is as random as the source it is given. */
export function stubReply(name: AnswerName, request: GroqRequest, random: () => number = Math.random): GroqReply {
  return completion(stubText(name, request.user, random), 'stop', request.model);
}

/** What the stub writes to this user prompt. */
export function stubText(name: AnswerName, prompt: string, random: () => number = Math.random): string {
  return ANSWERS[name](readScenario(prompt), random);
}

/** An answer in the seeds' format, agreeing with itself. */
export function adviceText(scenario: Scenario, target: number, reasoning: string, confidence = 0.8): string {
  return JSON.stringify({
    action: actionFor(scenario, target),
    target_replicas: target,
    confidence,
    reasoning,
    factors_considered: ['Current resource pressure', 'Predicted future demand', 'Cost optimization opportunities'],
    risk_assessment: 'low',
    cost_impact: target > scenario.current ? 'medium' : 'low',
    performance_impact: target > scenario.current ? 'positive' : 'neutral',
    recommended_timing: 'immediate',
  });
}

const ANSWERS: Readonly<Record<AnswerName, (scenario: Scenario, random: () => number) => string>> = {
  sensible: sensibleAnswer,
  min: (scenario) =>
    adviceText(scenario, scenario.min, `Cost decides: workload-1 goes to its minimum of ${scenario.min} replicas.`),
  max: (scenario) =>
    adviceText(scenario, scenario.max, `Safety decides: workload-1 goes to its maximum of ${scenario.max} replicas.`),
  random: (scenario, random) => {
    const target = scenario.min + Math.floor(random() * (scenario.max - scenario.min + 1));
    return adviceText(
      scenario,
      target,
      `A die was cast for workload-1, and it shows ${target} replicas, whatever the load.`,
    );
  },
  garbage: (_, random) => GARBAGE[Math.floor(random() * GARBAGE.length)] ?? '',
  nonsense: nonsenseAnswer,
  'seed-example': () => SEED_EXAMPLE,
  veto: vetoAnswer,
};

function actionFor({ current, max }: Scenario, target: number): string {
  if (target > current) return 'scale_up';
  if (target < current) return 'scale_down';
  return target === max ? 'at_max' : 'maintain';
}

/** The HPA's formula on whichever is higher, now or the peak, inside the envelope. */
function sensibleAnswer(scenario: Scenario): string {
  const load = Math.max(scenario.cpu ?? 0, scenario.cpuPeak ?? 0);
  const needed = load === 0 ? scenario.current : Math.ceil((scenario.current * load) / scenario.targetCpu);
  const target = Math.min(Math.max(needed, scenario.floor), scenario.ceiling);
  const seen = `CPU of workload-1 is at ${scenario.cpu ?? 'an unknown'}% with a peak of ${scenario.cpuPeak ?? 'an unknown'}% ahead`;
  return adviceText(
    scenario,
    target,
    `${seen}; ${target} replicas bring it near the target of ${scenario.targetCpu}%.`,
    0.85,
  );
}

/** As sure as can be, with the prompt's own numbers for reasons, and the wrong way round: few for much load, many for little. */
function nonsenseAnswer(scenario: Scenario, random: () => number): string {
  const { cpu, cpuPeak, floor, ceiling, min, max, targetCpu } = scenario;
  const busy = Math.max(cpu ?? 0, cpuPeak ?? 0) > targetCpu;
  // At times outside of what is allowed, or even possible: both must be caught.
  const [low, high] = random() < 0.5 ? [floor, ceiling] : [min, max];
  const target = busy ? Math.floor(low * (0.5 + 0.5 * random())) : Math.ceil(high * (0.7 + 0.3 * random()));
  const seen = `CPU is at ${cpu ?? 'an unknown'}% against a target of ${targetCpu}%, and the forecast peaks at ${cpuPeak ?? 'an unknown'}%`;
  return adviceText(scenario, target, `${seen}; weighing cost and stability, ${target} replicas are optimal.`, 0.99);
}

/** Scaling down on a forecast of zeros while the CPU burns: what the seeds' model did, for any workload. */
function vetoAnswer(scenario: Scenario): string {
  const target = Math.max(scenario.min, Math.min(scenario.current - 1, Math.floor(scenario.current * 0.8)));
  const load = `Based on the current resource usage (CPU: ${scenario.cpu ?? '?'}%) and predicted future demand`;
  return adviceText(
    scenario,
    target,
    `${load}, scaling down to ${target} replicas will reduce costs while maintaining performance.`,
  );
}

/** Seed 2 §4.4, to the letter. */
export const SEED_EXAMPLE = JSON.stringify({
  action: 'scale_down',
  target_replicas: 8,
  confidence: 0.8,
  reasoning:
    'Based on the current resource usage (CPU: 169.2%, Memory: 11.7%) and predicted future demand (CPU/Memory predictions: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), it is likely that the current replica count of 10 is more than sufficient. The forecast indicates no significant increase in demand over the next 6 hours, and scaling down to 8 replicas will reduce costs while maintaining performance.',
  factors_considered: [
    'Current resource pressure',
    'Predicted future demand',
    'Cost optimization opportunities',
    'Performance requirements',
    'Stability factors',
  ],
  risk_assessment: 'low',
  cost_impact: 'low',
  performance_impact: 'neutral',
  recommended_timing: 'immediate',
});

const GARBAGE: readonly string[] = [
  'I am sorry, I cannot help with that.',
  '<think>Perhaps scale up to 99 replicas?</think>',
  '{"action": "scale_up", "target_replicas": "eight"}',
  '{"action": "explode", "target_replicas": 3, "reasoning": "because"}',
  '{"action": "scale_up", "target_repl',
  'null',
  '[]',
];
