import { Schema } from 'mongoose';
import { HAS_DATE, HAS_TEXT } from '../../../platform/database/partial-index.js';
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
    email: String,
    currency: String,
    metadata: [Schema.Types.Mixed],
    creationKey: String,
    lastRequest: String,
    notes: String,
    flags: [String],
    addresses: [Schema.Types.Mixed],
    methods: [Schema.Types.Mixed],
    defaults: Schema.Types.Mixed,
    providerCustomerId: { type: String, default: null },
    customerGeneration: Number,
    pending: [Schema.Types.Mixed],
    creation: { type: Schema.Types.Mixed, default: null },
    nextCheckAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'vault_customers', versionKey: false, strict: 'throw', minimize: false },
);

// Each index begins with its most selective field: the embedded store uses an index by its first field only, see vault-search-filter.ts.

// Race: two creations of one id at the same time. Query: every look-up by the contract's id.
vaultCustomerSchema.index({ customerId: 1, accountId: 1 }, { name: 'customer_id', unique: true });
// Query: a search without a criterion of those below, newest first; its count needs no document.
vaultCustomerSchema.index({ accountId: 1, state: 1, createdAt: -1, customerId: -1 }, { name: 'account_newest_first' });
// Query: a search by e-mail.
vaultCustomerSchema.index({ 'addresses.email': 1, accountId: 1 }, { name: 'email' });
// Query: a search by telephone.
vaultCustomerSchema.index({ 'addresses.phone': 1, accountId: 1 }, { name: 'phone' });
// Query: a search by last name.
vaultCustomerSchema.index({ 'addresses.lastName': 1, accountId: 1 }, { name: 'last_name' });
// Query: the records that the vault's resolver has to look at next.
vaultCustomerSchema.index({ nextCheckAt: 1 }, { name: 'due', partialFilterExpression: { nextCheckAt: HAS_DATE } });

// Query: whether a create is a repeat of one that is not answered. Only those are in it.
vaultCustomerSchema.index(
  { 'creation.fingerprint': 1 },
  { name: 'creation', partialFilterExpression: { 'creation.fingerprint': HAS_TEXT } },
);

// Race: a create and its repeat at the same time. Query: the customer that a create with a key has made. Only those are in it.
vaultCustomerSchema.index(
  { creationKey: 1 },
  { name: 'creation_key', unique: true, partialFilterExpression: { creationKey: HAS_TEXT } },
);
