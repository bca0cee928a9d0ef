// The code of a function: in a clone bundled when the stack is synthesized, in the package bundled before it was packed.
import { join } from 'node:path';
import { Architecture, Code, type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, Charset, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

/** Of functions/{entry}.ts. */
export type Entry = 'tick' | 'evaluate' | 'learn' | 'look' | 'query' | 'command' | 'watchdog' | 'mcp';

/** A script of infra/bundling that writes a file to be read beside the bundle, and the file's name. */
export interface Beside {
  readonly script: string;
  readonly file: string;
}

/** In the package, whose code is compiled, a folder for each entry. */
const PREBUILT = import.meta.filename.endsWith('.js') ? join(import.meta.dirname, 'assets') : null;
const PROJECT = join(import.meta.dirname, '..');

/**
 * One ESM bundle for arm64.
 * @param sourceMap whether a process that fails can tell lines of the source
 */
export function makeFunction(
  scope: Construct,
  id: string,
  {
    entry,
    sourceMap,
    beside,
    ...rest
  }: Omit<FunctionProps, 'code' | 'handler' | 'runtime'> & {
    readonly entry: Entry;
    readonly sourceMap: boolean;
    readonly beside: Beside | undefined;
  },
): LambdaFunction {
  const props = { ...rest, runtime: Runtime.NODEJS_24_X, architecture: Architecture.ARM_64 };
  if (PREBUILT !== null) {
    const code = Code.fromAsset(join(PREBUILT, entry));
    return new LambdaFunction(scope, id, { ...props, code, handler: 'index.handler' });
  }
  return new NodejsFunction(scope, id, {
    ...props,
    entry: join(PROJECT, 'functions', `${entry}.ts`),
    projectRoot: PROJECT,
    depsLockFilePath: join(PROJECT, 'package-lock.json'),
    bundling: { ...BUNDLING, sourceMap, ...(beside && besides(beside)) },
  });
}

/** Everything in one file, AWS SDK included: what was tested is what runs. Needs esbuild installed, never Docker. */
const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  bundleAwsSDK: true,
  externalModules: [],
  // What a function would carry and never use; see each file.
  esbuildArgs: {
    '--alias:zod': './infra/bundling/zod.mjs',
    '--alias:zod/v4': './infra/bundling/zod.mjs',
    '--alias:@aws-sdk/credential-provider-node': './infra/bundling/credentials.mjs',
    '--alias:@smithy/core/event-streams': './infra/bundling/event-streams.mjs',
    '--alias:@smithy/core/checksum': './infra/bundling/checksum.mjs',
    '--alias:@aws-sdk/middleware-endpoint-discovery': './infra/bundling/endpoint-discovery.mjs',
  },
  minify: true,
  charset: Charset.UTF8,
  sourceMap: true,
  sourcesContent: false,
  // CommonJS packages inside an ES module still call require() for Node's own modules.
  banner: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
};

/** What is made at bundling need not be made by a function that starts. */
function besides({ script, file }: Beside): Pick<BundlingOptions, 'commandHooks'> {
  const main = join(PROJECT, 'infra/bundling', script);
  const write = (folder: string) => [process.execPath, main, join(folder, file)].map((part) => `"${part}"`).join(' ');
  return {
    commandHooks: { beforeBundling: () => [], beforeInstall: () => [], afterBundling: (_in, out) => [write(out)] },
  };
}
