// `npm run toy`: latency drives a service of real processes up and down again, told a line per tick and drawn.
import { complain, messageOf } from '../../cli/terminal.ts';
import { watchLifetime } from '../lifetime.ts';
import { startLoad } from './load.ts';
import { readStoryOptions } from './options.ts';
import { runAndDraw } from './run-and-draw.ts';
import type { Story } from './story.ts';
import { TOY_REPLICA, toyWorkload } from './toy-workload.ts';

const OBJECTIVE_MS = 500;

/** Twenty requests a second are all that two replicas can take. */
const PHASES = [
  { name: 'quiet', seconds: 40, from: 5, to: 5 },
  { name: 'rise', seconds: 40, from: 5, to: 26 },
  { name: 'peak', seconds: 60, from: 26, to: 26 },
  { name: 'fall', seconds: 10, from: 26, to: 5 },
  { name: 'quiet', seconds: 35, from: 5, to: 5 },
];

const story: Omit<Story, 'phases'> = {
  workload: (runner) => toyWorkload({ 'ai4k8s.io/signal.latency': `target=${OBJECTIVE_MS}` }, runner),
  replica: TOY_REPLICA,
  load: startLoad,
  watched: { signal: 'latency', ms: 1 },
  setUp: async ({ url }) => ({
    signals: {
      allow: ['127.0.0.1'],
      sources: [
        {
          name: 'probe',
          kind: 'probe',
          targets: [{ workload: 'default/toy', url: `${url}/` }],
          requests: 10,
          concurrency: 3,
          // Probes are asked in turn: where answers take two seconds, five are too few.
          timeoutSeconds: 7,
        },
      ],
      signals: [{ name: 'latency', kind: 'level', unit: 'ms', source: 'probe', stat: 'p95' }],
    },
  }),
};

const options = readStoryOptions(
  {
    command: 'npm run toy --',
    title: `A toy service scaled by its latency (objective: p95 of ${OBJECTIVE_MS} ms)`,
    what: 'Replicas that are processes, a load balancer in front of them, a load that rises and falls, and our ticks: latency is probed, replicas follow.',
    chart: 'toy.svg',
    phases: PHASES,
  },
  process.argv.slice(2),
);
runAndDraw({ ...story, phases: options.phases }, options, watchLifetime()).then(
  (code) => process.exit(code),
  (error: unknown) => {
    complain(`error: ${messageOf(error)}`);
    process.exit(1);
  },
);
