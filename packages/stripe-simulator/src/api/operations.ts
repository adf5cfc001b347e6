import { balanceOperations } from '../resources/balance.js';
import { cashBalanceOperations } from '../resources/cash-balances.js';
import { checkoutSessionOperations } from '../resources/checkout-sessions.js';
import { chargeOperations } from '../resources/charges.js';
import { customerPaymentMethodOperations } from '../resources/customer-payment-methods.js';
import { customerOperations } from '../resources/customers.js';
import { disputeOperations } from '../resources/disputes.js';
import { eventOperations } from '../resources/events.js';
import { mandateOperations } from '../resources/mandates.js';
import { paymentIntentOperations } from '../resources/payment-intents.js';
import { paymentMethodOperations } from '../resources/payment-methods.js';
import { payoutOperations } from '../resources/payouts.js';
import { paymentPageOperations } from '../resources/payment-pages.js';
import { priceOperations } from '../resources/prices.js';
import { productOperations } from '../resources/products.js';
import { refundOperations } from '../resources/refunds.js';
import { searchOperations } from '../resources/searches.js';
import { setupAttemptOperations } from '../resources/setup-attempts.js';
import { setupIntentOperations } from '../resources/setup-intents.js';
import { terminalLocationOperations } from '../resources/terminal-locations.js';
import { terminalReaderActionOperations } from '../resources/terminal-reader.actions.js';
import { terminalReaderOperations } from '../resources/terminal-readers.js';
import { tokenOperations } from '../resources/tokens.js';
import { webhookEndpointOperations } from '../resources/webhook-endpoints.js';
import type { Operation } from './operation.js';

/** All of Stripe's API that the simulator speaks. */
export const OPERATIONS: readonly Operation[] = [
  ...balanceOperations,
  ...chargeOperations,
  ...cashBalanceOperations,
  ...checkoutSessionOperations,
  ...customerOperations,
  ...customerPaymentMethodOperations,
  ...disputeOperations,
  ...eventOperations,
  ...mandateOperations,
  ...paymentIntentOperations,
  ...paymentMethodOperations,
  ...payoutOperations,
  ...paymentPageOperations,
  ...priceOperations,
  ...productOperations,
  ...refundOperations,
  ...searchOperations,
  ...setupAttemptOperations,
  ...setupIntentOperations,
  ...terminalLocationOperations,
  ...terminalReaderActionOperations,
  ...terminalReaderOperations,
  ...tokenOperations,
  ...webhookEndpointOperations,
];
