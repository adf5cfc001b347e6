import { bareJsonController, BareJsonErrors, USER_TOKEN } from '../shared/bare-json/bare-json.dialect.js';
import { bareJsonAnswer } from '../shared/bare-json/bare-json.errors.js';
import type { Dialect } from '../shared/dialect.js';

export { CurrentPrincipal } from '../shared/bare-json/bare-json.dialect.js';

/** The operator's API of the running product, with an administrator's token. */
export const operator: Dialect = {
  name: 'operator',
  mounts: ['/admin'],
  credentials: [USER_TOKEN],
  refusesUnknown: true,
  answer: bareJsonAnswer,
};

/** The whole language for one controller: mount, guard, pipe, errors and documentation. */
export const OperatorController = bareJsonController(operator);

/** Documents the failures of a route, each with an example body. */
export const OperatorErrors = BareJsonErrors;
