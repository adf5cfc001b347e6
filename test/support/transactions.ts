import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { TRANSACTION_MODEL } from '../../src/modules/transaction/record/transaction.schema.js';
import { TransactionRepository } from '../../src/modules/transaction/record/transaction.repository.js';
import type { Transaction } from '../../src/modules/transaction/record/transaction.types.js';
import { TransactionResolver } from '../../src/modules/transaction/upkeep/transaction-resolver.js';
import type { TestApp } from './app.js';
import type { GatewayCaller } from './gateway.js';

export const CARD = { card: { number: '4242424242424242', expiration_date: '12/38', cvc: '123' } };
export const cardOf = (number: string, over: object = {}) => ({
  card: { number, expiration_date: '12/38', cvc: '123', ...over },
});
export const ACCOUNT = {
  ach: { routing_number: '110000000', account_number: '000123456789', sec_code: 'web', account_type: 'checking' },
};

/** A body of a transaction, with what a test needs different. */
export const saleOf = <T extends object = object>(over?: T) =>
  ({ type: 'sale', amount: 1112, payment_method: CARD, ...over }) as unknown as { type: string; amount: number } & T;

export type Body = Record<string, unknown>;

/** Sends a transaction that must be answered 200, and returns its `data`. */
export async function process(caller: GatewayCaller, body: object): Promise<Body> {
  return dataOf(await caller.call('POST', '/api/transaction', body));
}

export function dataOf(answer: { status: number; text: string; body: Record<string, unknown> }): Body {
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer.body['data'] as Body;
}

export async function read(caller: GatewayCaller, id: unknown): Promise<Body> {
  const [one] = dataOf(await caller.call('GET', `/api/transaction/${String(id)}`)) as unknown as Body[];
  if (one === undefined) throw new Error(`there is no ${String(id)}`);
  return one;
}

export const act = (caller: GatewayCaller, id: unknown, verb: string, body?: object) =>
  caller.call('POST', `/api/transaction/${String(id)}/${verb}`, body);

export async function rowOf(app: TestApp, id: unknown): Promise<Transaction> {
  const found = await app.app.get(TransactionRepository, { strict: false }).load(String(id));
  if (found === null) throw new Error(`there is no row ${String(id)}`);
  return found;
}

export function rows(app: TestApp): Model<Transaction> {
  return app.app.get<Model<Transaction>>(getModelToken(TRANSACTION_MODEL), { strict: false });
}

/** Runs the transactions' resolver until it has nothing due. */
export async function finish(app: TestApp): Promise<void> {
  await app.clock.refresh();
  await app.app.get(TransactionResolver, { strict: false }).pass();
}

/** The money that moved for a transaction, at Stripe. */
export async function ledgerOf(app: TestApp, id: unknown) {
  const { paymentId } = await rowOf(app, id);
  return app.simulator.ledger({ paymentId: paymentId ?? 'none' });
}

/** A sale that has settled, as the settlement run leaves it. */
export async function settled(app: TestApp, caller: GatewayCaller, over: object = {}): Promise<Body> {
  const sold = await process(caller, saleOf(over));
  const { _id, v, capturedMinor } = await rowOf(app, sold['id']);
  const set = { status: 'settled', settledMinor: capturedMinor, v: v + 1 };
  await rows(app).collection.updateOne({ _id } as never, { $set: set } as never);
  return sold;
}
