// Every route of the API in one list, whichever function serves it: for the OpenAPI document. No function carries all of them.
import { formsOf } from './path-forms.ts';
import { READ_ROUTES } from './read-contract.ts';
import { WRITE_ROUTES } from './write-contract.ts';

export const ROUTES = [...READ_ROUTES, ...WRITE_ROUTES] as const;

export const PATH_FORMS = formsOf(ROUTES);
