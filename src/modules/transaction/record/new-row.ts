import { RESPONSE } from './response-codes.js';
import type { NewTransaction } from './transaction.types.js';

/** Fields of a row before any money has moved by it and before anybody has asked something of it. */
export const UNCHARGED = {
  authorizedMinor: 0,
  capturedMinor: 0,
  settledMinor: 0,
  refundedMinor: 0,
  capturedAt: null,
  fundsPending: false,
  settledAt: null,
  settlementBatchId: '',
  asked: null,
  voids: 0,
  refunds: [],
  events: [],
} as const satisfies Partial<NewTransaction>;

/** Fields of a row whose outcome the processor has not told. */
export const UNANSWERED = {
  status: 'unknown',
  responseCode: RESPONSE.unknown,
  answer: { authCode: '', avs: '0', cvv: 'P', code: '', text: '' },
  answeredAt: null,
} as const satisfies Partial<NewTransaction>;
