// Distilled numbers as bytes: sixteen bits for each threshold and each leaf, between the least and the most of its kind.
import { fromBase64, toBase64 } from '../../text/base64.ts';
import { LEVELS, SHAPES } from '../demand-ahead/readings.ts';
import { type BoostedTree, LEAVES } from './boosted.ts';
import type { Distilled } from './distilled.ts';

/** Bumped with what is read, how it is laid out, or what it means: older bytes are then learned anew. */
const VERSION = 1;
const COLUMNS = SHAPES.length + 2;
const STEPS = 65_534;
/** No threshold: everything goes left. */
const NEVER = 65_535;
const TREE_BYTES = (LEAVES - 1) * 3 + LEAVES * 4;
const HEAD_BYTES = 1 + 4 * (1 + LEVELS.length) + 4 * 2 + 8 * COLUMNS + 8;

/** About 2.5 kB as bytes, a third more as base64. */
export function packDistilled({ location, boosted }: Distilled): string {
  const { base, trees } = boosted;
  const view = new DataView(new ArrayBuffer(HEAD_BYTES + TREE_BYTES * trees.length));
  const writer = new Bytes(view);
  writer.byte(VERSION);
  for (const value of [location.intercept, ...location.weights, ...base]) writer.float(value);
  const ranges = thresholdRanges(trees);
  const leaves = rangeOf(trees.flatMap(({ first, second }) => [...first, ...second]));
  for (const { from, width } of [...ranges, leaves]) {
    writer.float(from);
    writer.float(width);
  }
  for (const { feature, threshold, first, second } of trees) {
    for (let node = 1; node < LEAVES; node++) {
      const column = feature[node] ?? 0;
      const value = threshold[node] ?? Number.POSITIVE_INFINITY;
      writer.byte(column);
      writer.short(Number.isFinite(value) ? stepOf(value, ranges[column]) : NEVER);
    }
    for (const value of [...first, ...second]) writer.short(stepOf(value, leaves));
  }
  return toBase64(new Uint8Array(view.buffer));
}

/** Null where another version wrote it, or it is not whole. */
export function unpackDistilled(text: string): Distilled | null {
  const bytes = fromBase64(text);
  const count = (bytes.length - HEAD_BYTES) / TREE_BYTES;
  if (bytes[0] !== VERSION || !Number.isInteger(count) || count < 0) return null;
  const reader = new Bytes(new DataView(bytes.buffer));
  reader.byte();
  const intercept = reader.float();
  const weights = LEVELS.map(() => reader.float());
  const base = [reader.float(), reader.float()] as const;
  const ranges = Array.from({ length: COLUMNS }, () => ({ from: reader.float(), width: reader.float() }));
  const leaves = { from: reader.float(), width: reader.float() };
  const trees = Array.from({ length: count }, () => readTree(reader, ranges, leaves));
  return { location: { intercept, weights }, boosted: { base, trees } };
}

interface Range {
  readonly from: number;
  readonly width: number;
}

function readTree(reader: Bytes, ranges: readonly Range[], leaves: Range): BoostedTree {
  const feature = new Uint8Array(LEAVES);
  const threshold = new Float64Array(LEAVES).fill(Number.POSITIVE_INFINITY);
  for (let node = 1; node < LEAVES; node++) {
    const column = reader.byte();
    const step = reader.short();
    feature[node] = column;
    if (step !== NEVER) threshold[node] = valueAt(step, ranges[column]);
  }
  const values = () => Float64Array.from({ length: LEAVES }, () => valueAt(reader.short(), leaves));
  return { feature, threshold, first: values(), second: values() };
}

function thresholdRanges(trees: readonly BoostedTree[]): readonly Range[] {
  const values: number[][] = Array.from({ length: COLUMNS }, () => []);
  for (const { feature, threshold } of trees)
    for (let node = 1; node < LEAVES; node++) {
      const value = threshold[node] ?? Number.POSITIVE_INFINITY;
      if (Number.isFinite(value)) values[feature[node] ?? 0]?.push(value);
    }
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
