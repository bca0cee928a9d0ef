// Where new pods wait for nodes, sizing is learned with the start-up of a new node, and says so.
import { describe, expect, it } from 'vitest';
import { fitWorkload } from '../../../lib/domain/learning/fit-workload.ts';
import type { Fitted } from '../../../lib/domain/learning/fitted.ts';
import { describePolicy } from '../../../lib/domain/sizing/describe.ts';
import type { NodeWaits } from '../../../lib/domain/workload/node-wait.ts';
import { END, history, noise } from '../../make/histories.ts';

const MINUTE = 60_000;
const waves = (at: number) => 5 + 4 * Math.sin((2 * Math.PI * at) / (140 * MINUTE)) + noise(at) / 5;
const past = history(2, waves);

const lesson = (startupSeconds: number | null, nodeWaits?: NodeWaits, previous?: Fitted) =>
  fitWorkload({
    history: past,
    previous,
    now: END,
    coresPerReplica: 0.5,
    startupSeconds,
    nodeWaits,
    sloPercent: 99.5,
    tickSeconds: 60,
  });
const waits = (waited: number, found: number, newNodeSeconds: number | null = 240): NodeWaits => ({
  newNodeSeconds,
  steps: Array.from({ length: waited + found }, (_, i) => ({
    at: END - (60 - i) * MINUTE,
    pods: 6,
    waited: i < waited,
  })),
});

describe('a workload whose steps wait for nodes', () => {
  it('is sized as one whose pods all take so long', () => {
    const { sizing, startupSeconds, nodeWaits } = lesson(60, waits(3, 2));
    const { lead, ...policy } = sizing?.policy ?? {};
    expect({ ...sizing, policy }).toEqual(lesson(240).sizing);
    expect(lead).toEqual({ roomSeconds: 60, newNodeSeconds: 240, size: 4, steps: 5, waited: 3 });
    expect([startupSeconds, nodeWaits?.steps.length]).toEqual([60, 5]);
  });

  it('and by what is to be expected where fewer than half of them do', () => {
    expect(lesson(60, waits(1, 4)).sizing?.leadMinutes).toBe(lesson(96).sizing?.leadMinutes);
    expect(lesson(60, waits(1, 4)).sizing?.record).toEqual(lesson(96).sizing?.record);
  });

  it('says so', () => {
    const { sizing } = lesson(60, waits(3, 2));
    expect(sizing === null ? '' : describePolicy(sizing.policy)).toMatch(
      /; new pods served after 60 s where a node had room, after 240 s where one had to be added: 3 of the last 5 steps of 4 or more waited$/,
    );
  });

  it('is remembered to be one, until nothing of it is lately', () => {
    const before = lesson(60, waits(3, 2));
    expect(lesson(60, undefined, before).nodeWaits).toEqual(before.nodeWaits);
    const found = {
      ...waits(0, 5, null),
      steps: waits(0, 5).steps.map((step) => ({ ...step, at: step.at + 30 * MINUTE })),
    };
    const after = lesson(60, found, before);
    expect(after).not.toHaveProperty('nodeWaits');
    expect(after.sizing?.policy).not.toHaveProperty('lead');
  });

  it('nothing of it is there where none waits', () => {
    expect(lesson(60, waits(0, 5, null))).toEqual(lesson(60));
  });
});
