import type { Check } from '../check.js';
import { captureAndRefund } from './capture-and-refund.js';
import { errors } from './errors.js';
import { idempotency } from './idempotency.js';
import { lists } from './lists.js';
import { search } from './search.js';
import { tokens } from './tokens.js';
import { transitions } from './transitions.js';
import { webhooks } from './webhooks.js';

export const CHECKS: readonly Check[] = [
  ...idempotency,
  ...tokens,
  ...transitions,
  ...captureAndRefund,
  ...webhooks,
  ...lists,
  ...search,
  ...errors,
];
