// The version that the API, the User-Agent and the CLI state; a test holds it equal to package.json's.
export const VERSION = '0.1.0';
