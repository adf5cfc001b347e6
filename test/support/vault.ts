import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type Stripe from 'stripe';
import { VAULT_CUSTOMER_MODEL } from '../../src/modules/customer/record/vault-customer.schema.js';
import type { VaultCustomer } from '../../src/modules/customer/record/vault-customer.types.js';
import { VaultResolver } from '../../src/modules/customer/work/vault-resolver.js';
import type { TestApp } from './app.js';
import type { HttpAnswer } from './http-client.js';
import { secret } from './payments.js';

/** The customer record as the gateway answers it. */
export interface VaultRecord {
  id: string;
  owner_id: string;
  data: {
    customer: {
      addresses: Record<string, string>[];
      defaults: Record<string, string>;
      description: string;
      notes: string;
      flags: string[];
      payments: { ach: Record<string, unknown>[]; cards: Record<string, unknown>[] };
    };
  };
  created_at: string;
  updated_at: string;
}

/** Throws when the answer is not a success with a customer. */
export function recordOf(answer: HttpAnswer): VaultRecord {
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer.body['data'] as VaultRecord;
}

export function vaultCustomers(app: TestApp): Model<VaultCustomer> {
  return app.app.get<Model<VaultCustomer>>(getModelToken(VAULT_CUSTOMER_MODEL), { strict: false });
}

export interface AtStripe {
  /** How many Customers name this record. */
  customers: number;
  /** Of all of them. */
  methods: Stripe.PaymentMethod[];
  mandates: string[];
}

/** What Stripe has of a customer: of the record of that id or, when there is none, of every record that ever had it. */
export async function atStripe(app: TestApp, customerId: string): Promise<AtStripe> {
  const record = await vaultCustomers(app).findOne({ customerId }).lean<VaultCustomer>().exec();
  const stripe = secret(app);
  const all = await stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
  const known = await vaultCustomers(app).find().lean<VaultCustomer[]>().exec();
  const ids = new Set(record === null ? [] : [record._id]);
  const isOf = ({ metadata }: Stripe.Customer) => {
    const of = metadata['vault_customer_id'];
    if (of === undefined) return false;
    return record === null ? !known.some(({ _id }) => _id === of) : ids.has(of);
  };
  const customers = all.filter(isOf);
  const methods: Stripe.PaymentMethod[] = [];
  const mandates: string[] = [];
  for (const { id } of customers) {
    methods.push(...(await stripe.customers.listPaymentMethods(id, { limit: 100 })).data);
    const setups = (await stripe.setupIntents.list({ customer: id, limit: 100 })).data;
    mandates.push(...setups.flatMap(({ mandate }) => (typeof mandate === 'string' ? [mandate] : [])));
  }
  return { customers: customers.length, methods, mandates };
}

/** Runs the vault's resolver once, instead of waiting for its tick. */
export async function resolveVault(app: TestApp): Promise<void> {
  await app.clock.refresh();
  await app.app.get(VaultResolver, { strict: false }).pass();
}
