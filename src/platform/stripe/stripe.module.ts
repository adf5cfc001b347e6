import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { createStripeClient, STRIPE_CLIENT } from './stripe.client.js';
import { StripeAccount } from './stripe-account.js';
import { StripeBooks } from './stripe-books.js';
import { StripeCalls } from './stripe-calls.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripePayments } from './stripe-payments.js';

@Module({
  providers: [
    { provide: STRIPE_CLIENT, inject: [CONFIG], useFactory: (config: Config) => createStripeClient(config.stripe) },
    StripeAccount,
    StripeBooks,
    StripeCalls,
    StripeCustomers,
    StripePayments,
  ],
  exports: [STRIPE_CLIENT, StripeAccount, StripeBooks, StripeCustomers, StripePayments],
})
export class StripeModule {}
