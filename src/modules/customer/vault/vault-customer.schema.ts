import { Schema } from 'mongoose';
import type { VaultCustomer } from './vault-customer.types.js';

export const VAULT_CUSTOMER_MODEL = 'VaultCustomer';

const text = { type: String, required: true };

export const vaultCustomerSchema = new Schema<VaultCustomer>(
  {
    _id: text,
    v: { type: Number, required: true },
    w: text,
    accountId: text,
    customerId: text,
    state: text,
    description: String,
    notes: String,
    flags: [String],
    addresses: [Schema.Types.Mixed],
    methods: [Schema.Types.Mixed],
    defaults: Schema.Types.Mixed,
    providerCustomerId: { type: String, default: null },
    customerGeneration: Number,
    pending: [Schema.Types.Mixed],
    nextCheckAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  } as never,
  { collection: 'vault_customers', versionKey: false, strict: 'throw', minimize: false },
);

// Race: two creations of one id at the same time. Query: every look-up by the contract's id.
vaultCustomerSchema.index({ accountId: 1, customerId: 1 }, { name: 'customer_id', unique: true });
// Query: what the vault's resolver has to look at next.
vaultCustomerSchema.index(
  { nextCheckAt: 1 },
  { name: 'due', partialFilterExpression: { nextCheckAt: { $type: 'date' } } },
);
