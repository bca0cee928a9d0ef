// Which colour and shape stands for which policy: the same in every chart of a report.

const FIXED: readonly string[] = ['ours', 'hpa', 'limit', 'a14k8s'];
const FURTHER = [4, 5, 6] as const;

/**
 * The number of a colour in the style sheet, where they are chosen to be told apart without seeing red, green or blue.
 * @param policies all that share a chart; the first HPA among them has HPA's colour
 */
export function colourOf(policy: string, policies: readonly string[]): number {
  const fixed = FIXED.indexOf(kindOf(policy));
  const rivals = policies.filter((other) => kindOf(other) === kindOf(policy));
  if (fixed >= 0 && rivals.indexOf(policy) <= 0) return fixed;
  const further = policies.filter((other) => colourIsTaken(other, policies));
  return FURTHER[Math.max(0, further.indexOf(policy)) % FURTHER.length] ?? 4;
}

function colourIsTaken(policy: string, policies: readonly string[]): boolean {
  return !FIXED.includes(kindOf(policy)) || policies.find((other) => kindOf(other) === kindOf(policy)) !== policy;
}

function kindOf(policy: string): string {
  return policy.startsWith('hpa:') ? 'hpa' : policy;
}
