import { ApiPathId } from '../path-id.js';

/** Documents the customer of the path. */
export const ApiCustomerId = () => ApiPathId('customerId', '952f250d-fa85-40ac-a45e-3886f98032c6');
