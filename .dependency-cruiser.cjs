// The directions of design: domain <- app <- (adapters | functions) <- wire, cli, local. Each rule says why.

/** Rooms of the domain: each may import those before it, and none after it. A room that needs a later one holds an idea too many. */
const ROOMS = [
  'text',
  'complexity',
  'workload',
  'cost',
  'simulation',
  'forecast',
  'hpa',
  'sizing',
  'level',
  'schedule',
  'learning',
  'assessment',
  'advice',
  'guardrails',
  'vertical',
  'decision',
];
const roomRules = ROOMS.slice(0, -1).map((room, i) => ({
  name: `room-${room}`,
  comment: `What is known of a workload, what is proposed, what is allowed and what is decided build on each other in this order: ${ROOMS.join(', ')}.`,
  severity: 'error',
  from: { path: `^lib/domain/${room}/` },
  to: { path: `^lib/domain/(${ROOMS.slice(i + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment:
        'assess, decide and learn are replayed by the backtest and must give the same answer everywhere: only siblings, zod and an allow-list of pure libraries.',
      severity: 'error',
      from: { path: '^lib/domain' },
      to: { pathNot: ['^lib/domain', '^node_modules/(zod|croner)/'] },
    },
    ...roomRules,
    {
      name: 'domain-has-rooms',
      comment: 'A file of the domain stands in a room of the list above, or no rule says what it may know.',
      severity: 'error',
      from: {},
      to: { path: `^lib/domain/(?!(${ROOMS.join('|')})/)` },
    },
    {
      name: 'app-knows-ports-only',
      comment: 'Use cases run unchanged in Lambda, locally and in tests; tiny-lru is the in-process cache.',
      severity: 'error',
      from: { path: '^lib/app' },
      to: { pathNot: ['^lib/(app|domain)/', '^node_modules/(zod|tiny-lru|p-limit)/', '^(node:)?crypto$'] },
    },
    {
      name: 'adapters-know-ports-only',
      comment:
        'One SDK each, no adapter on top of another: any of them can be replaced alone. A file and the folder of its name are one.',
      severity: 'error',
      from: { path: '^lib/adapters/([^/.]+)' },
      to: {
        path: '^lib|^functions|^cli|^local|^infra',
        pathNot: ['^lib/domain/', '^lib/app/ports/', '^lib/(aws|net)/', '^lib/adapters/$1(/|\\.ts$)'],
      },
    },
    {
      name: 'aws-is-a-leaf',
      comment:
        "Facts about AWS that several adapters share (regions, set-up errors): the SDK's core, and nothing of ours.",
      severity: 'error',
      from: { path: '^lib/aws/' },
      to: { pathNot: ['^lib/aws/', '^node_modules/@aws-sdk/core/'] },
    },
    {
      name: 'net-is-a-leaf',
      comment:
        'What keeps requests away from addresses that nobody meant is read as a whole: undici, names and sockets.',
      severity: 'error',
      from: { path: '^lib/net/' },
      to: { pathNot: ['^lib/net/', '^node_modules/undici/', '^(node:)?(net|dns)$'] },
    },
    {
      name: 'exporter-stands-alone',
      comment:
        'It is packed into one file that runs beside a model server: what a request is worth, its configuration, its proxy and its metrics, and nothing of the autoscaler.',
      severity: 'error',
      from: { path: '^(lib/)?exporter/' },
      to: {
        pathNot: [
          '^(lib/)?exporter/',
          '^lib/domain/(complexity|text)/',
          '^lib/complexity-config/',
          '^node_modules/(prom-client|httpxy|esbuild)/',
          '^(node:)?(http|https|net|fs|fs/promises|url|path)$',
        ],
      },
    },
    {
      name: 'nobody-needs-the-exporter',
      comment: 'The autoscaler knows of it what Prometheus tells, and runs without it.',
      severity: 'error',
      from: { path: '^(lib|functions|infra|cli)/', pathNot: '^lib/exporter/' },
      to: { path: '^(lib/)?exporter/' },
    },
    {
      name: 'query-cannot-touch-the-cluster',
      comment: 'The function that answers reads holds no cluster client: least privilege by construction.',
      severity: 'error',
      from: { path: '^functions/query\\.ts$' },
      to: { path: '^lib/adapters/(kubernetes|eks)|@kubernetes/client-node', reachable: true },
    },
    {
      name: 'functions-are-thin',
      comment: 'A handler parses an event and calls a use case; adapters reach it through lib/wire only.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: ['^lib/adapters', '^cli', '^local', '^infra', '^lib/domain'] },
    },
    {
      name: 'product-never-imports-local-or-test',
      comment: 'Stand-ins, the embedded parts and the command line must not reach a deployed function.',
      severity: 'error',
      from: { path: '^(lib|functions|infra|exporter|mcp)/' },
      to: { path: '^(cli|local|test|bench)/|^node_modules/(dynalite|vitest|fast-check)/' },
    },
    {
      name: 'cli-stands-alone',
      comment:
        'What users install knows of the embedded mode only how a data folder is opened (--data), how all of it is run (local), and for one command (--kubeconfig).',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(local|test|bench)/', pathNot: '^local/(joined-table|embedded-endpoint|run|straight)\\.ts$' },
    },
    {
      name: 'page-talks-to-the-api',
      comment:
        'The page knows of the product what its API answers, as types; how it is served, a server on loopback needs to know.',
      severity: 'error',
      from: { path: '^web/app/' },
      to: {
        path: '^(lib|cli|local|functions|infra|test|bench)/',
        pathNot: '^lib/app/api/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'serving-is-a-leaf',
      comment: 'Serving the page on loopback is shared by npm start and the dashboard: it knows neither.',
      severity: 'error',
      from: { path: '^web/[^/]+$' },
      to: { path: '^(lib|cli|local|functions|infra|test|bench)/', pathNot: '^lib/(app/api|domain/text)/' },
    },
    {
      name: 'agents-talk-to-the-api',
      comment:
        'Tools for agents know of the product what its API answers, as types, and how a text is cleaned: they can do no more than ask.',
      severity: 'error',
      from: { path: '^mcp/' },
      to: {
        path: '^(lib|cli|local|functions|infra|web|test|bench|exporter)/',
        pathNot: '^lib/domain/text/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'agents-know-answers-only',
      comment: 'Of types, too, they know those of the API alone.',
      severity: 'error',
      from: { path: '^mcp/' },
      to: { path: '^(lib|cli|local|functions|infra|web|test|bench|exporter)/', pathNot: '^lib/(app/api|domain/text)/' },
    },
    {
      name: 'one-place-wires',
      comment: 'lib/wire is the only list of constructors.',
      severity: 'error',
      from: { path: '^(lib/(?!wire)|exporter/)', pathNot: '^lib/adapters' },
      to: { path: '^lib/adapters' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle hides which room owns an idea.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that does not resolve is a typo.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
