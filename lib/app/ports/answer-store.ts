// Answers to writes by the key that their callers gave them, so that a write sent again is not done again.

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

type Claim =
  /** Nobody has it: whoever asked does the write, and settles or releases the key. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  /** The same request is being done. */
  | { readonly kind: 'running' }
  /** It was given to another request. */
  | { readonly kind: 'other' };

export interface AnswerStore {
  /** Of many at once one has it. A claim that is neither settled nor released ends by itself after a minute. */
  claim(key: string, fingerprint: string): Promise<Claim>;
  /** Keeps the answer for a day. */
  settle(key: string, fingerprint: string, answer: KeptAnswer): Promise<void>;
  release(key: string): Promise<void>;
}
