import { commandLineActor } from '../../src/modules/audit/actors.js';
import { AccountKeyService } from '../../src/modules/auth/api-key/account-key.service.js';
import { AccountService } from '../../src/modules/merchant/account.service.js';
import type { TestApp } from './app.js';
import type { HttpAnswer } from './http-client.js';

export const GHOST = '/ghost/api/v1';

export interface GhostCaller {
  readonly keyId: string;
  readonly publicKey: string;
  readonly secretKey: string;
  /** What the surface calls the account. */
  readonly number: number;
  /** What the vault calls it. */
  readonly accountId: string;
  /** Sends JSON, or a string as it is, below `/ghost/api/v1`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
  /** The `doc` of an answer that must be a success. */
  doc(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** A pair of keys, made as the operator's command does. */
export async function ghostCaller(app: TestApp, account = 'default', email?: string): Promise<GhostCaller> {
  const accounts = app.app.get(AccountService, { strict: false });
  const { id: accountId } = await accounts.named(account);
  const { number } = await accounts.numbered(accountId, email);
  const keys = app.app.get(AccountKeyService, { strict: false });
  const pair = await keys.create(commandLineActor(), { accountId, surface: 'ghost', name: 'test' });
  const { publicKey, secretKey } = pair;
  if (publicKey === null) throw new Error('ghost keys are pairs');
  const authorization = basic(publicKey, secretKey);
  const call: GhostCaller['call'] = (method, path, body, headers = {}) =>
    app.http.request(method, GHOST + path, body, { headers: { authorization, ...headers } });
  return {
    keyId: pair.id,
    publicKey,
    secretKey,
    number,
    accountId,
    call,
    async doc(method, path, body) {
      const answer = await call(method, path, body);
      if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
      return answer.body['doc'] as Record<string, unknown>;
    },
  };
}

/** What a failure answers. */
export const failure = (status: number, message: unknown, error: string) => ({
  status,
  body: { message, status, error },
});
export const invalidId = failure(400, 'Invalid id', 'Bad Request');
export const unauthorized = failure(401, 'Unauthorized', 'Unauthorized');
export const forbidden = failure(403, 'Forbidden', 'Forbidden');
export const notFound = failure(404, 'Not found', 'Not Found');
export const badRequest = (message: unknown) => failure(400, message, 'Bad Request');

export const CARD = { number: '4242424242424242', expMonth: '02', expYear: '2038', cvc: '123' };
