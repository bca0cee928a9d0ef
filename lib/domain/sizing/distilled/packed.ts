// Distilled numbers as bytes: sixteen bits for each threshold and each leaf, between the least and the most of its kind.
import { fromBase64, toBase64 } from '../../text/base64.ts';
import { LEVELS, SHAPES } from '../demand-ahead/readings.ts';
import { type Boosted, bareTrees, LEAVES, TREES } from './boosted.ts';
import type { Distilled } from './distilled.ts';

/** Bumped with what is read, how it is laid out, or what it means: older bytes are then learned anew. */
const VERSION = 2;
const COLUMNS = SHAPES.length + 2;
const STEPS = 65_534;
/** No threshold: everything goes left. */
const NEVER = 65_535;
const TREE_BYTES = (LEAVES - 1) * 3 + LEAVES * 4;
const HEAD_BYTES = 1 + 4 * (2 + LEVELS.length) + 4 * 2 + 8 * COLUMNS + 8;

/** About 2.5 kB as bytes, a third more as base64. */
export function packDistilled({ location, boosted }: Distilled): string {
  const { base, feature, threshold, first, second } = boosted;
  const trees = feature.length / LEAVES;
  const view = new DataView(new ArrayBuffer(HEAD_BYTES + TREE_BYTES * trees));
  const writer = new Bytes(view);
  writer.byte(VERSION);
  for (const value of [location.highest, location.intercept, ...location.weights, ...base]) writer.float(value);
  const ranges = thresholdRanges(boosted);
  const leaves = rangeOf([...first, ...second]);
  for (const { from, width } of [...ranges, leaves]) {
    writer.float(from);
    writer.float(width);
  }
  for (let start = 0; start < feature.length; start += LEAVES) {
    for (let node = start + 1; node < start + LEAVES; node++) {
      const column = feature[node] ?? 0;
      const value = threshold[node] ?? Number.POSITIVE_INFINITY;
      writer.byte(column);
      writer.short(Number.isFinite(value) ? stepOf(value, ranges[column]) : NEVER);
    }
    for (const values of [first, second])
      for (let leaf = start; leaf < start + LEAVES; leaf++) writer.short(stepOf(values[leaf] ?? 0, leaves));
  }
  return toBase64(new Uint8Array(view.buffer));
}

/** Null where another version wrote it, or it is not whole. */
export function unpackDistilled(text: string): Distilled | null {
  const bytes = fromBase64(text);
  if (bytes[0] !== VERSION || bytes.length !== HEAD_BYTES + TREES * TREE_BYTES) return null;
  const reader = new Bytes(new DataView(bytes.buffer));
  reader.byte();
  const highest = reader.float();
  const intercept = reader.float();
  const weights = LEVELS.map(() => reader.float());
  const base = [reader.float(), reader.float()] as const;
  const ranges = Array.from({ length: COLUMNS }, () => ({ from: reader.float(), width: reader.float() }));
  const leaves = { from: reader.float(), width: reader.float() };
  const trees = bareTrees(TREES);
  for (let tree = 0; tree < TREES; tree++) readTree(reader, ranges, leaves, trees, tree * LEAVES);
  return { location: { highest, intercept, weights }, boosted: { base, ...trees } };
}

interface Range {
  readonly from: number;
  readonly width: number;
}

function readTree(
  reader: Bytes,
  ranges: readonly Range[],
  leaves: Range,
  { feature, threshold, first, second }: Omit<Boosted, 'base'>,
  start: number,
): void {
  for (let node = start + 1; node < start + LEAVES; node++) {
    const column = reader.byte();
    const step = reader.short();
    feature[node] = column;
    if (step !== NEVER) threshold[node] = valueAt(step, ranges[column]);
  }
  for (const values of [first, second])
    for (let leaf = start; leaf < start + LEAVES; leaf++) values[leaf] = valueAt(reader.short(), leaves);
}

function thresholdRanges({ feature, threshold }: Boosted): readonly Range[] {
  const values: number[][] = Array.from({ length: COLUMNS }, () => []);
  for (const [node, value] of threshold.entries()) if (Number.isFinite(value)) values[feature[node] ?? 0]?.push(value);
  return values.map(rangeOf);
}

function rangeOf(values: readonly number[]): Range {
  if (values.length === 0) return { from: 0, width: 0 };
  const from = values.reduce((a, b) => Math.min(a, b));
  return { from, width: values.reduce((a, b) => Math.max(a, b)) - from };
}

function stepOf(value: number, range: Range | undefined): number {
  const { from, width } = range ?? { from: 0, width: 0 };
  return width > 0 ? Math.round((STEPS * (value - from)) / width) : 0;
}

function valueAt(step: number, range: Range | undefined): number {
  return (range?.from ?? 0) + ((range?.width ?? 0) * step) / STEPS;
}

/** Written or read from the start to the end. */
class Bytes {
  readonly #view: DataView;
  #at = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  byte(value?: number): number {
    if (value !== undefined) this.#view.setUint8(this.#at, value);
    const read = this.#view.getUint8(this.#at);
    this.#at += 1;
    return read;
  }

  short(value?: number): number {
    if (value !== undefined) this.#view.setUint16(this.#at, value);
    const read = this.#view.getUint16(this.#at);
    this.#at += 2;
    return read;
  }

  float(value?: number): number {
    if (value !== undefined) this.#view.setFloat32(this.#at, value);
    const read = this.#view.getFloat32(this.#at);
    this.#at += 4;
    return read;
  }
}
