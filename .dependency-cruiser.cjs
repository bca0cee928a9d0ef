// The directions of design: domain <- app <- (adapters | functions) <- wire/local. Each rule says why.
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
    {
      name: 'app-knows-ports-only',
      comment:
        'Use cases run unchanged in Lambda, locally and in tests; hono only describes and routes HTTP, lru-cache is the in-process cache.',
      severity: 'error',
      from: { path: '^lib/app' },
      to: { pathNot: ['^lib/(app|domain)/', '^node_modules/(zod|hono|@hono/zod-openapi|lru-cache|p-limit)/'] },
    },
    {
      name: 'adapters-know-ports-only',
      comment:
        'One SDK each, no adapter on top of another: any of them can be replaced alone. A file and the folder of its name are one.',
      severity: 'error',
      from: { path: '^lib/adapters/([^/.]+)' },
      to: {
        path: '^lib|^functions|^local|^infra',
        pathNot: ['^lib/domain/', '^lib/app/ports/', '^lib/aws/', '^lib/adapters/$1(/|\\.ts$)'],
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
      to: { path: ['^lib/adapters', '^local', '^infra', '^lib/domain'] },
    },
    {
      name: 'product-never-imports-local-or-test',
      comment: 'Stand-ins and the embedded parts must not reach a deployed function.',
      severity: 'error',
      from: { path: '^(lib|functions|infra)/' },
      to: { path: '^(local|test|bench)/|^node_modules/(dynalite|vitest|fast-check)/' },
    },
    {
      name: 'one-place-wires',
      comment: 'lib/wire is the only list of constructors.',
      severity: 'error',
      from: { path: '^lib/(?!wire)', pathNot: '^lib/adapters' },
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
