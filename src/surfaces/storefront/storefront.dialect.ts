import { bareJsonController, BareJsonErrors, USER_TOKEN } from '../shared/bare-json/bare-json.dialect.js';
import { bareJsonAnswer } from '../shared/bare-json/bare-json.errors.js';
import { hideNamedPrice } from './payment/named-price.js';
import type { Dialect } from '../shared/dialect.js';

export { CurrentPrincipal, Public } from '../shared/bare-json/bare-json.dialect.js';

export const storefront: Dialect = {
  name: 'storefront',
  mounts: ['/user', '/payment', '/checkout'],
  credentials: [USER_TOKEN],
  refusesUnknown: true,
  answer: bareJsonAnswer,
  document: (document, config) => {
    if (config.storefront.clientAmounts === null) hideNamedPrice(document);
  },
};

/** The whole language for one controller: mount, guard, pipe, errors and documentation. */
export const StorefrontController = bareJsonController(storefront);

/** Documents the failures of a route, each with an example body. */
export const StorefrontErrors = BareJsonErrors;
