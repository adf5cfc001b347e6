import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { RawCardData } from './raw-card-data.js';
import { createStripeClient, STRIPE_CLIENT } from './stripe.client.js';
import { StripeAccount } from './stripe-account.js';
import { StripeBooks } from './stripe-books.js';
import { StripeCharges } from './stripe-charges.js';
import { StripeDisputes } from './stripe-disputes.js';
import { StripeRefunds } from './stripe-refunds.js';
import { StripeCalls } from './stripe-calls.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripeMethods } from './stripe-methods.js';
import { StripePayments } from './stripe-payments.js';
import { StripeSetups } from './stripe-setups.js';
import { StripeTerminals } from './stripe-terminals.js';

@Module({
  providers: [
    { provide: STRIPE_CLIENT, inject: [CONFIG], useFactory: (config: Config) => createStripeClient(config.stripe) },
    StripeAccount,
    StripeBooks,
    StripeCalls,
    StripeCharges,
    StripeCustomers,
    StripeDisputes,
    StripeMethods,
    StripePayments,
    StripeRefunds,
    StripeSetups,
    StripeTerminals,
    RawCardData,
  ],
  exports: [
    STRIPE_CLIENT,
    RawCardData,
    StripeAccount,
    StripeBooks,
    StripeCharges,
    StripeCustomers,
    StripeDisputes,
    StripeMethods,
    StripePayments,
    StripeRefunds,
    StripeSetups,
    StripeTerminals,
  ],
})
export class StripeModule {}
