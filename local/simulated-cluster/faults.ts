// Switches by which a test makes the simulated cluster misbehave; read at every request, so they may change at any time.

export interface Faults {
  /** Every connection is cut before anything is answered. */
  away?: boolean;
  /** metrics.k8s.io answers 503, and the HPAs are blind too. */
  metricsAway?: boolean;
  /** Writes answer 403, as without the RBAC role. */
  writesForbidden?: boolean;
  /** LISTs of Deployments answer 403, as when the role's binding was taken away. */
  readsForbidden?: boolean;
  /** So many of the next requests answer 429 with `Retry-After: 1`. */
  throttled?: number;
  /** So many of the next writes are carried out, and their answers lost. */
  lostAnswers?: number;
  /** Every `continue` token counts as expired: 410. */
  continueExpired?: boolean;
}
