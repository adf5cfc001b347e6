import { balanceOperations } from '../resources/balance/balance.js';
import { cashBalanceOperations } from '../resources/cash-balances/cash-balances.js';
import { checkoutSessionOperations } from '../resources/checkout-sessions/checkout-sessions.js';
import { chargeOperations } from '../resources/charges/charges.js';
import { customerPaymentMethodOperations } from '../resources/customers/customer-payment-methods.js';
import { customerOperations } from '../resources/customers/customers.js';
import { disputeOperations } from '../resources/disputes/disputes.js';
import { eventOperations } from '../resources/events/events.js';
import { mandateOperations } from '../resources/mandates/mandates.js';
import { paymentIntentOperations } from '../resources/payment-intents/payment-intents.js';
import { paymentMethodOperations } from '../resources/payment-methods/payment-methods.js';
import { payoutOperations } from '../resources/payouts/payouts.js';
import { paymentPageOperations } from '../resources/checkout-sessions/payment-pages.js';
import { priceOperations } from '../resources/prices/prices.js';
import { productOperations } from '../resources/products/products.js';
import { refundOperations } from '../resources/refunds/refunds.js';
import { searchOperations } from '../resources/searches.js';
import { setupAttemptOperations } from '../resources/setup-intents/setup-attempts.js';
import { setupIntentOperations } from '../resources/setup-intents/setup-intents.js';
import { terminalLocationOperations } from '../resources/terminal/terminal-locations.js';
import { terminalReaderActionOperations } from '../resources/terminal/terminal-reader.actions.js';
import { terminalReaderOperations } from '../resources/terminal/terminal-readers.js';
import { tokenOperations } from '../resources/tokens/tokens.js';
import { webhookEndpointOperations } from '../resources/webhook-endpoints/webhook-endpoints.js';
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
