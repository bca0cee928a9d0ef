// What a fuzz run is: so many generated inputs from one seed, and what they broke.

interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Where given, only this one input is made and tried: each is made from seed and index alone. */
  readonly only?: number;
  /** Called now and then with how many inputs were tried. */
  readonly progress: (done: number) => void;
}

export interface FuzzSummary {
  readonly tried: number;
  /** What is worth knowing of them, a line each. */
  readonly lines: readonly string[];
  readonly failures: readonly FuzzFailure[];
}

export interface FuzzFailure {
  readonly index: number;
  /** What broke, in one line. */
  readonly what: string;
  /** To be saved and tried again. */
  readonly input: string;
}

export type FuzzRun = (options: FuzzOptions) => FuzzSummary | Promise<FuzzSummary>;
