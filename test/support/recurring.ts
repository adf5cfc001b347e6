import type { GatewayCaller } from './gateway.js';
import type { HttpAnswer } from './http-client.js';

export type Body = Record<string, unknown>;

/** Throws when the answer is not a success with one object. */
export function dataOf({ status, text, body }: HttpAnswer): Body & { id: string } {
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return body['data'] as Body & { id: string };
}

/** Throws when the answer is not a success with a list. */
export function rowsOf({ status, text, body }: HttpAnswer): (Body & { id: string })[] {
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return body['data'] as (Body & { id: string })[];
}

export const addOn = async (caller: GatewayCaller, body: object = { name: 'Locker', amount: 100 }) =>
  dataOf(await caller.call('POST', '/api/recurring/addon', body));

export const discount = async (caller: GatewayCaller, body: object = { name: 'Student', amount: 50 }) =>
  dataOf(await caller.call('POST', '/api/recurring/discount', body));

export const MONTHLY = { name: 'Gym basic', amount: 1_000, billing_cycle_interval: 1, billing_days: '1' };

export const plan = async (caller: GatewayCaller, body: object = {}) =>
  dataOf(await caller.call('POST', '/api/recurring/plan', { ...MONTHLY, ...body }));

/** An answer of a list as single reads have it would have fractions of a second. */
export const inList = <T extends Body>(one: T): T => ({
  ...one,
  created_at: String(one['created_at']).replace(/\.\d+/, ''),
  updated_at: String(one['updated_at']).replace(/\.\d+/, ''),
});
