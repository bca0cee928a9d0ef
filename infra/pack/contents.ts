// What is in the package, by what is started or imported of it.

/** Everything else in it is what these import. */
export const ENTRIES = [
  'cli/bin.ts',
  'cli/kubectl-complete.ts',
  'cli/backtest/worker.ts',
  'local/tick-worker.ts',
  'infra/stack.ts',
] as const;

/** Where the types of `ai4k8s/infra` are. */
export const DECLARED = ['infra/stack.ts', 'infra/options.ts'] as const;

/** Read as files, and so named by no import. */
export const READ_AT_RUN_TIME = ['cli/backtest/html-*.{js,css}', 'infra/manifests/*.yaml'] as const;

/** Single files of packages that are not installed with ours: where each is, and where it is put in dist/. */
export const FROM_PACKAGES = [
  ['rapidoc/dist/rapidoc-min.js', 'web/rapidoc-min.js'],
  ['rapidoc/LICENSE.txt', 'web/rapidoc-min.js.LICENSE.txt'],
] as const;

/** Folders of dist/, which package.json lists as well. */
export const PACKED = ['cli', 'functions', 'infra', 'lib', 'local', 'mcp', 'web'] as const;
