// Samples as Prometheus' remote write 1.0 takes them: a WriteRequest in protobuf, compressed as one snappy block.
import { PbfWriter } from 'pbf';
import { compress } from 'snappyjs';
import type { Sample } from '../../../app/ports/metric-sink.ts';
import { cleanText } from '../../../domain/text/clean-text.ts';

/** What receivers take at least; names of Kubernetes are shorter. */
const LABEL_MAX_CHARS = 255;
/** The NaN that Prometheus reads as "this series has ended" (its StaleNaN), as two halves: arithmetic would lose it. */
const STALE_LOW = 0x0000_0002;
const STALE_HIGH = 0x7ff0_0000;
/** Wire type of eight bytes. */
const FIXED_64 = 1;

type Labels = readonly (readonly [name: string, value: string])[];

interface Series {
  readonly labels: Labels;
  readonly sample: Sample;
}

/** One series per sample; of two with the same labels the first. */
export function writeRequestOf(samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
  const all = new Map<string, Series>();
  for (const sample of samples) {
    const labels = labelsOf(sample);
    const key = JSON.stringify(labels);
    if (!all.has(key)) all.set(key, { labels, sample });
  }
  const pbf = new PbfWriter();
  for (const series of all.values()) pbf.writeMessage(1, writeSeries, series);
  return new Uint8Array(compress(new Uint8Array(pbf.finish())));
}

/** Sorted by name, as the protocol asks, and none twice; an empty value is the same as no label. */
function labelsOf({ name, labels }: Sample): Labels {
  const all = new Map([['__name__', name]]);
  for (const [label, value] of Object.entries(labels)) {
    const text = cleanText(value, LABEL_MAX_CHARS);
    if (text !== '') all.set(labelName(label), text);
  }
  return [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Names that begin with two underscores are Prometheus' own. */
function labelName(text: string): string {
  return text.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=[0-9])|^_+|^$/, 'x_');
}

function writeSeries({ labels, sample }: Series, pbf: PbfWriter): void {
  for (const label of labels) pbf.writeMessage(1, writeLabel, label);
  pbf.writeMessage(2, writeSample, sample);
}

function writeLabel([name, value]: Labels[number], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeStringField(2, value);
}

function writeSample({ value, at }: Sample, pbf: PbfWriter): void {
  if (value === null) {
    pbf.writeTag(1, FIXED_64);
    pbf.writeFixed32(STALE_LOW);
    pbf.writeFixed32(STALE_HIGH);
  } else pbf.writeDoubleField(1, value);
  pbf.writeVarintField(2, at);
}
