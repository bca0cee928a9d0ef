// Examples below the help of each command that has none of its own, as they are typed from a clone.
import type { Command } from 'commander';

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  status: [
    'status',
    'status -n shop',
    'status --all',
    'status --watch',
    'status -o wide',
    'status -o json',
    'status --kubeconfig                                       nothing installed: your cluster, once',
  ],
  recommend: [
    'recommend checkout -n shop',
    'recommend checkout -n shop --watch 10',
    'recommend checkout -o yaml',
    'recommend checkout -n shop --kubeconfig ~/.kube/config    nothing installed: as it would be now',
  ],
  history: ['history checkout -n shop --limit 5', 'history checkout -n shop -o wide'],
  why: ['why checkout -n shop'],
  'why-not': ['why-not checkout -n shop'],
  enable: [
    'enable checkout -n shop --mode recommend                  shows, and changes nothing',
    'enable checkout -n shop --mode propose                    a person approves each change',
    'enable checkout -n shop --min 2 --max 20 --hpa            acts, through an HPA that goes on without us',
    'enable orders-db -n shop --kind StatefulSet --max 9       where an HPA drives it',
  ],
  disable: ['disable checkout -n shop'],
  apply: ['apply checkout -n shop'],
  undo: ['undo checkout -n shop'],
  pause: ['pause checkout -n shop', 'pause checkout -n shop --way scale-in --for 2h --reason "INC-42"'],
  resume: ['resume checkout -n shop'],
  proposals: ['proposals', 'proposals -n shop -o wide', 'proposals --watch'],
  propose: ['propose checkout -n shop --to 8 --reason "the batch is over"'],
  approve: ['approve checkout -n shop'],
  reject: ['reject checkout -n shop --reason "release day"'],
  stop: ['stop --all --reason "INC-42"', 'stop prod --reason "INC-42"'],
  go: ['go --all --reason "INC-42 is over"'],
  'kill-switch': ['kill-switch', 'kill-switch --all'],
  release: ['release --all', 'release --all --hold 0'],
  schedule: [
    'schedule add checkout -n shop --days mon,tue --start 08:00 --end 18:00 --zone Europe/Berlin --floor 8',
    'schedule list',
    'schedule delete checkout floor-09rn8ei -n shop',
  ],
  'schedule add': [
    'schedule add checkout -n shop --days mon,tue --start 08:00 --end 18:00 --zone Europe/Berlin --floor 8',
    'schedule add checkout -n shop --cron "0 20 * * fri" --minutes 90 --zone UTC --ceiling 4',
  ],
  'schedule list': ['schedule list', 'schedule list checkout -n shop'],
  'schedule delete': ['schedule delete checkout floor-09rn8ei -n shop'],
  policy: [
    'policy get -n shop',
    'policy set cap-mode=propose cap-max-replicas=50 -n shop',
    'policy unset cap-mode -n shop',
  ],
  'policy get': ['policy get', 'policy get -n shop -o yaml'],
  'policy set': [
    'policy set max-replicas=20',
    'policy set cap-mode=propose cap-max-replicas=50 -n shop',
    'policy set cap-max-replicas=10 --yes',
  ],
  'policy unset': ['policy unset cap-mode -n shop'],
  dashboard: ['dashboard --open', 'dashboard --read-only --port 0'],
  mcp: ['mcp', 'mcp --allow-writes'],
  local: ['local', 'local --speed 600 --for 90', 'local --kubeconfig'],
  completion: ['completion bash >> ~/.bashrc', 'completion zsh > ~/.zfunc/_ai4k8s', 'completion fish | source'],
};

/** @param path the names from below the program on */
export function withExamples(command: Command, path: readonly string[]): void {
  const examples = EXAMPLES[path.join(' ')];
  if (examples === undefined) return;
  const lines = examples.map((line) => `  npm run ai4k8s -- ${line}`);
  command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}
