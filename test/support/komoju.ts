import { commandLineActor } from '../../src/modules/audit/actors.js';
import { AccountKeyService } from '../../src/modules/auth/api-key/account-key.service.js';
import { AccountService } from '../../src/modules/merchant/account.service.js';
import { recordIdOf } from '../../src/modules/customer/record/plain-id.js';
import type { TestApp } from './app.js';
import { basic } from './ghost.js';
import type { HttpAnswer } from './http-client.js';

export const KOMOJU = '/api/v1/customers';

export interface KomojuCaller {
  readonly keyId: string;
  readonly secretKey: string;
  /** What the vault calls the account. */
  readonly accountId: string;
  /** Sends JSON, or a string as it is, to `/api/v1/customers` and what is below it. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
  /** The body of an answer that must be 200. */
  ok(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Record<string, unknown>>;
  /** Sends a form. */
  form(method: string, path: string, body: string): Promise<HttpAnswer>;
  /** The id of a new customer. */
  created(body?: object): Promise<string>;
}

/** A secret key, made as the operator's command does. */
export async function komojuCaller(app: TestApp, account = 'default'): Promise<KomojuCaller> {
  const { id: accountId } = await app.app.get(AccountService, { strict: false }).named(account);
  const keys = app.app.get(AccountKeyService, { strict: false });
  const { id, secretKey } = await keys.create(commandLineActor(), { accountId, surface: 'komoju', name: 'test' });
  const call: KomojuCaller['call'] = (method, path, body, headers = {}) =>
    app.http.request(method, KOMOJU + path, body, { headers: { authorization: basic(secretKey, ''), ...headers } });
  const ok: KomojuCaller['ok'] = async (method, path, body, headers) => {
    const answer = await call(method, path, body, headers);
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  };
  return {
    keyId: id,
    secretKey,
    accountId,
    call,
    ok,
    form: (method, path, body) => call(method, path, body, { 'content-type': 'application/x-www-form-urlencoded' }),
    created: async (body = {}) => String((await ok('POST', '', { payment_details: 'pm_card_visa', ...body }))['id']),
  };
}

/** The id of the record in the vault. */
export function recordId(id: string): string {
  const found = recordIdOf(id);
  if (found === null) throw new Error(`${id} is no id`);
  return found;
}

/** What a failure answers. */
export const failure = (status: number, code: string, message: unknown, param: string | null = null) => ({
  status,
  body: { error: { code, message, param } },
});
export const notFound = failure(404, 'not_found', 'There is no such resource');
export const unauthorized = failure(401, 'unauthorized', 'The secret key is missing or not valid');
export const forbidden = failure(403, 'forbidden', 'The key is not one for this API');
export const missing = (param: string, name = param) =>
  failure(422, 'missing_parameter', `A required parameter (${name}) is missing`, param);
export const invalid = (param: string, message: unknown) => failure(422, 'unprocessable_entity', message, param);
export const unreadable = (message: unknown) => failure(400, 'bad_request', message);

export const CARD = {
  type: 'credit_card',
  number: '4111111111111111',
  month: 1,
  year: 2035,
  verification_value: '123',
};
export const SOURCE = { type: 'credit_card', brand: 'visa', last_four_digits: '1111', month: 1, year: 2035 };
