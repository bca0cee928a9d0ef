// In a bundle's place of `zod`; some libraries ask for all of it by the name `z`.
export * from './zod-names.mjs';
export * as z from './zod-names.mjs';
