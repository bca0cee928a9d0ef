// `zod` without its messages in fifty languages: a fifth of a bundle, for words that nobody here asks for. What is exported
// is what the functions and the libraries in them use; a bundle that misses something does not build.
export * from '../../node_modules/zod/v4/classic/checks.js';
export * as coerce from '../../node_modules/zod/v4/classic/coerce.js';
export * from '../../node_modules/zod/v4/classic/compat.js';
export * from '../../node_modules/zod/v4/classic/errors.js';
export * as iso from '../../node_modules/zod/v4/classic/iso.js';
export * from '../../node_modules/zod/v4/classic/parse.js';
export * from '../../node_modules/zod/v4/classic/schemas.js';
export {
  config,
  flattenError,
  globalRegistry,
  NEVER,
  prettifyError,
  regexes,
  registry,
  util,
} from '../../node_modules/zod/v4/core/index.js';
