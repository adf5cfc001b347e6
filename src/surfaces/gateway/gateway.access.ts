import type { Permission } from '../../modules/user/gateway/permissions.js';

/**
 * Who may ask: `public` without a credential, `any` with a good one, a permission, or for one's own record anybody and
 * for others' who has the permission.
 */
export type Access = 'public' | 'any' | Permission | { readonly selfOr: Permission; readonly param: string };

/** Contract 2. Every route of the surface, by method and pattern; a test compares it with the router. */
export const GATEWAY_ACCESS: Readonly<Record<string, Access>> = {
  'POST /api/token-auth': 'public',
  'POST /api/user': 'manage_users',
  'GET /api/user': 'any',
  'GET /api/users': 'manage_users',
  'GET /api/user/:userId': { selfOr: 'manage_users', param: 'userId' },
  'POST /api/user/:userId': 'manage_users',
  'DELETE /api/user/:userId': 'manage_users',
  'POST /api/user/change-password': 'any',
  'POST /api/user/apikey': 'manage_api_keys',
  'GET /api/user/apikeys': 'manage_api_keys',
  'DELETE /api/user/apikey/:apiKey': 'manage_api_keys',
  // The permission depends on the type: the service asks for it.
  'POST /api/transaction': 'any',
  'GET /api/transaction/:transactionId': 'any',
  'POST /api/transaction/:transactionId/capture': 'process_capture',
  'POST /api/transaction/:transactionId/void': 'process_void',
  'POST /api/transaction/:transactionId/refund': 'process_refund',
  'POST /api/transaction/search': 'any',
  'POST /api/lookup/fees': 'any',
  'POST /api/calculate/amounts': 'any',
  'POST /api/filebatch': 'access_file_batch',
  'GET /api/filebatch/:batchId': 'access_file_batch',
  'GET /api/filebatch/:batchId/download': 'access_file_batch',
  'POST /api/recurring/addon': 'any',
  'GET /api/recurring/addons': 'any',
  'GET /api/recurring/addon/:addOnId': 'any',
  'POST /api/recurring/addon/:addOnId': 'any',
  'DELETE /api/recurring/addon/:addOnId': 'any',
  'POST /api/recurring/discount': 'any',
  'GET /api/recurring/discounts': 'any',
  'GET /api/recurring/discount/:discountId': 'any',
  'POST /api/recurring/discount/:discountId': 'any',
  'DELETE /api/recurring/discount/:discountId': 'any',
  'POST /api/recurring/plan': 'any',
  'GET /api/recurring/plans': 'any',
  'GET /api/recurring/plan/:planId': 'any',
  'POST /api/recurring/plan/:planId': 'any',
  'DELETE /api/recurring/plan/:planId': 'any',
  'GET /api/terminals': 'any',
  'POST /api/terminal/:terminalId/settle': 'manage_terminals',
  'POST /api/settlement/batch/search': 'view_settlement_batches',
  'POST /api/vault/customer': 'vault_create',
  'POST /api/vault/customer/search': 'any',
  'GET /api/vault/:customerId': 'any',
  'GET /api/vault/customer/:customerId': 'any',
  'POST /api/vault/customer/:customerId': 'vault_update',
  'DELETE /api/vault/:customerId': 'vault_delete',
  'DELETE /api/vault/customer/:customerId': 'vault_delete',
  'POST /api/vault/customer/:customerId/address': 'vault_update',
  'POST /api/vault/customer/:customerId/address/:addressId': 'vault_update',
  'DELETE /api/vault/customer/:customerId/address/:addressId': 'vault_delete',
  'POST /api/vault/customer/:customerId/card': 'vault_update',
  'POST /api/vault/customer/:customerId/ach': 'vault_update',
  'POST /api/vault/customer/:customerId/token': 'vault_update',
  'POST /api/vault/customer/:customerId/applepay': 'vault_update',
  'POST /api/vault/customer/:customerId/googlepay': 'vault_update',
  'POST /api/vault/customer/:customerId/card/:methodId': 'vault_update',
  'POST /api/vault/customer/:customerId/ach/:methodId': 'vault_update',
  'POST /api/vault/customer/:customerId/token/:methodId': 'vault_update',
  'DELETE /api/vault/customer/:customerId/card/:methodId': 'vault_delete',
  'DELETE /api/vault/customer/:customerId/ach/:methodId': 'vault_delete',
};

/** Contract 1.5: partners have users and keys; for all else their credential is none. */
export function isForMerchantsOnly(route: string): boolean {
  return !/^\S+ \/api\/(user|users|token-auth)(\/|$)/.test(route);
}
