// The default chain of credentials as Lambda needs it: its own role, which is in the environment. The other dozen sources
// (profiles, single sign-on, instance metadata …) are a tenth of a bundle, and none of them exists there.
import { fromEnv } from '../../node_modules/@aws-sdk/credential-provider-env/dist-es/index.js';

export const defaultProvider = () => fromEnv();
