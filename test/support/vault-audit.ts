import type Stripe from 'stripe';
import type { VaultMethod } from '../../src/modules/customer/record/payment-method.types.js';
import type { VaultCustomer } from '../../src/modules/customer/record/vault-customer.types.js';
import type { TestApp } from './app.js';
import { secret } from './payments.js';
import { resolveVault, vaultCustomers } from './vault.js';

/** What does not agree between the records and Stripe, once nothing is under way any more; empty when all does. */
export async function auditVault(app: TestApp): Promise<string[]> {
  const records = await vaultCustomers(app).find().lean<VaultCustomer[]>().exec();
  const customers = await secret(app).customers.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
  const problems = [
    ...records.flatMap(unfinished),
    ...(await storedHashes(app)).map((hash) => `${hash} is a hash that stayed`),
  ];
  const byId = new Map(records.map((record) => [record._id, record]));
  for (const customer of customers) {
    const of = customer.metadata['vault_customer_id'];
    if (of === undefined) continue;
    const record = byId.get(of);
    if (record?.providerCustomerId !== customer.id) problems.push(`${customer.id} of ${of} is an orphan`);
    else problems.push(...(await differences(app, record, customer.id)));
  }
  const there = new Set(customers.map(({ id }) => id));
  for (const { _id: id, providerCustomerId } of records)
    if (providerCustomerId !== null && !there.has(providerCustomerId)) problems.push(`${id} has no Customer`);
  return problems;
}

/** Every document of every collection. */
export async function everythingStored(app: TestApp): Promise<unknown[]> {
  const { db } = vaultCustomers(app).db;
  if (db === undefined) throw new Error('the store is not connected');
  const all = await db.listCollections({}, { nameOnly: true }).toArray();
  const found = await Promise.all(all.map(({ name }) => db.collection(name).find().toArray()));
  return found.flat();
}

/** All texts in it, at whatever place. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What looks like the keyed hash of a request, in the whole store; payments have fingerprints of their own. */
export async function storedHashes(app: TestApp): Promise<string[]> {
  return textsIn(await everythingStored(app)).filter((text) => /^(v\d+\.)?[\w-]{43}$/.test(text));
}

/** Time passes and the resolver works, until nothing is due. */
export async function settleVault(app: TestApp): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await app.advance(75_000);
    await resolveVault(app);
    const open = await vaultCustomers(app).countDocuments({
      $or: [{ 'pending.0': { $exists: true } }, { state: { $ne: 'active' } }],
    });
    if (open === 0) return;
  }
}

function unfinished({ _id: id, state, pending, nextCheckAt, creation, methods, defaults }: VaultCustomer): string[] {
  const problems: string[] = [];
  if (state !== 'active') problems.push(`${id} is ${state}`);
  if (pending.length > 0) problems.push(`${id} has work: ${pending.map(({ kind }) => kind).join()}`);
  if (nextCheckAt !== null || creation !== null) problems.push(`${id} is not at rest`);
  const isThere = methods.some((method) => method.id === defaults.methodId && method.type === defaults.methodType);
  if (methods.length > 0 ? !isThere : defaults.methodId !== null)
    problems.push(`${id} has a default that is not there`);
  return problems;
}

async function differences(app: TestApp, record: VaultCustomer, customerId: string): Promise<string[]> {
  const attached = (await secret(app).customers.listPaymentMethods(customerId, { limit: 100 })).data;
  const ours = new Map(record.methods.map((method) => [method.providerMethodId, method]));
  const orphans = attached.filter(({ id }) => !ours.has(id)).map(({ id }) => `${id} of ${customerId} is an orphan`);
  const missing = [...ours.keys()].filter((id) => !attached.some((one) => one.id === id));
  const others = attached.filter((one) => ours.has(one.id) && !agrees(one, ours.get(one.id)));
  return [
    ...orphans,
    ...missing.map((id) => `${id} is not at Stripe`),
    ...others.map(({ id }) => `${id} is another at Stripe`),
  ];
}

function agrees({ card, us_bank_account: account }: Stripe.PaymentMethod, method: VaultMethod | undefined): boolean {
  if (method?.type === 'card')
    return card?.exp_month === method.expiryMonth && card.exp_year === method.expiryYear && card.brand === method.brand;
  if (method?.type !== 'ach') return false;
  return account?.account_type === method?.accountType && account?.routing_number === method?.routingNumber;
}
