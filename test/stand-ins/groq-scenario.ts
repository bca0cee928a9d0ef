// Reads the numbers back out of the user prompt, as a model would have to.

export interface Scenario {
  readonly current: number;
  readonly min: number;
  readonly max: number;
  readonly floor: number;
  readonly ceiling: number;
  /** Percent of requests; null where the prompt says missing. */
  readonly cpu: number | null;
  readonly cpuPeak: number | null;
  readonly targetCpu: number;
}

/** Throws where the prompt has lost a line that a model needs: the stub then shows it, and so do the tests. */
export function readScenario(prompt: string): Scenario {
  const needed = (pattern: RegExp): number => {
    const value = numberAt(prompt, pattern);
    if (value === null) throw new Error(`the prompt has no ${pattern}`);
    return value;
  };
  return {
    current: needed(/- Current Replicas: (\d+)/),
    min: needed(/- Min Replicas: (\d+)/),
    max: needed(/- Max Replicas: (\d+)/),
    floor: needed(/- Allowed envelope: (\d+) to/),
    ceiling: needed(/- Allowed envelope: \d+ to (\d+)/),
    cpu: numberAt(prompt, /- CPU: ([\d.]+)%/),
    cpuPeak: numberAt(prompt, /- CPU Current: .*?Peak: ([\d.]+)%/),
    targetCpu: numberAt(prompt.slice(prompt.lastIndexOf('**Targets')), /- Target CPU: ([\d.]+)%/) ?? 70,
  };
}

function numberAt(prompt: string, pattern: RegExp): number | null {
  const match = pattern.exec(prompt);
  return match?.[1] === undefined ? null : Number(match[1]);
}
