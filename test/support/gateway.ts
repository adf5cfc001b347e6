import { commandLineActor } from '../../src/modules/audit/actors.js';
import { ApiKeyService } from '../../src/modules/auth/api-key/api-key.service.js';
import { AccountService } from '../../src/modules/merchant/account.service.js';
import { GatewayUserService } from '../../src/modules/user/gateway/gateway-user.service.js';
import type { PermissionMap } from '../../src/modules/user/gateway/permissions.js';
import type { TestApp } from './app.js';
import type { HttpAnswer } from './http-client.js';

export const PASSWORD = 'T@est12345678';

export interface GatewayCaller {
  readonly userId: string;
  readonly username: string;
  readonly keyId: string;
  readonly key: string;
  readonly accountId: string;
  /** Sends with the bare key. */
  call(method: string, path: string, body?: unknown, authorization?: string): Promise<HttpAnswer>;
}

export interface CallerOptions {
  account?: string;
  role?: 'admin' | 'standard';
  permissions?: Partial<PermissionMap>;
}

let n = 0;
export const freshUsername = (): string => `merchant${++n}`;

/** A user with a private key, made as the operator's commands do. */
export async function gatewayCaller(app: TestApp, options: CallerOptions = {}): Promise<GatewayCaller> {
  const { account = 'default', role = 'admin', permissions } = options;
  const { id: accountId } = await app.app.get(AccountService, { strict: false }).named(account);
  const username = freshUsername();
  const user = await app.app
    .get(GatewayUserService, { strict: false })
    .createAsOperator(commandLineActor(), accountId, {
      username,
      name: 'Ada Owner',
      email: 'owner@example.com',
      password: PASSWORD,
      role,
      permissions,
    });
  const owner = { userId: user.id, accountId };
  const key = await app.app.get(ApiKeyService, { strict: false }).create(commandLineActor(), owner, 'api', 'test');
  return {
    userId: user.id,
    username,
    keyId: key.id,
    key: key.key,
    accountId,
    call: (method, path, body, authorization = key.key) =>
      app.http.request(method, path, body, { headers: { authorization } }),
  };
}

export const success = (data: unknown) => ({ status: 'success', msg: 'success', data });
export const failed = (msg: unknown) => ({ status: 'failed', msg });
export const unauthorized = { status: 401, body: failed('unauthorized') };
export const notFound = { status: 404, body: failed('not found') };
