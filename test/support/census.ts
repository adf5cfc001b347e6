import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { commandLineActor } from '../../src/modules/audit/actors.js';
import { AccountKeyService } from '../../src/modules/auth/api-key/account-key.service.js';
import { AccountService } from '../../src/modules/merchant/account.service.js';
import { CreateVaultCustomerService } from '../../src/modules/customer/create-vault-customer.service.js';
import { ORDER_MODEL } from '../../src/modules/order/order.schema.js';
import type { Order } from '../../src/modules/order/order.types.js';
import type { TestApp } from './app.js';
import type { HttpAnswer } from './http-client.js';

export const CENSUS = '/api/v1/payments';

/** Tells whether an address is the surface's; the gateway's begin with `/api` too. */
export const isCensus = (path: string): boolean => path === CENSUS || path.startsWith(`${CENSUS}/`);

export interface CensusCaller {
  readonly keyId: string;
  readonly key: string;
  readonly accountId: string;
  /** Sends JSON, or a string as it is, below the mount. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
  /** Stores a person with that id, and links a new customer of the vault with a card to them. */
  cardholder(id: string, token?: string): Promise<number>;
}

/** A key, made as the operator's command does. */
export async function censusCaller(app: TestApp, account = 'default'): Promise<CensusCaller> {
  const { id: accountId } = await app.app.get(AccountService, { strict: false }).named(account);
  const keys = app.app.get(AccountKeyService, { strict: false });
  const made = await keys.create(commandLineActor(), { accountId, surface: 'census', name: 'test' });
  const call: CensusCaller['call'] = (method, path, body, headers = {}) =>
    app.http.request(method, CENSUS + path, body, { headers: { authorization: made.secretKey, ...headers } });
  return {
    keyId: made.id,
    key: made.secretKey,
    accountId,
    call,
    async cardholder(id, token = 'pm_card_visa') {
      const vaultId = await cardInVault(app, accountId, token);
      const person = await call('POST', '/persons', { id, email: 'ada@example.com', vault_customer_id: vaultId });
      if (person.status !== 201) throw new Error(`POST /persons answered ${person.status}: ${person.text}`);
      const listed = await call('GET', `/payment_methods?person_id=${id}`);
      return (listed.body as unknown as { id: number }[])[0]?.id ?? 0;
    },
  };
}

/** A customer of the account's vault with a card; returns the id that the vault's clients see. */
export async function cardInVault(app: TestApp, accountId: string, token = 'pm_card_visa'): Promise<string> {
  const customers = app.app.get(CreateVaultCustomerService, { strict: false });
  const made = await customers.create({ accountId }, { method: { kind: 'token', token, wallet: null } });
  return made.customerId;
}

/** The orders of a campaign, which a restored backup may have lost. */
export async function ordersOf(app: TestApp, campaignCode: string, andDelete?: 'delete'): Promise<Order[]> {
  const { collection } = app.app.get<Model<Order>>(getModelToken(ORDER_MODEL), { strict: false });
  const found = await collection.find({ campaignCode }).toArray();
  if (andDelete !== undefined) await collection.deleteMany({ campaignCode });
  return found as unknown as Order[];
}
