import { transactionSchema } from '../record/transaction.schema.js';
import { matchStages, transactionSearchFilter } from './transaction-search-filter.js';
import type { TextCriterion, TextField, TransactionSearch } from './transaction-search.types.js';

const is = (field: TextField, value = 'x'): TextCriterion => ({ field, operator: '=', value });
const isNot = (field: TextField, value = 'x'): TextCriterion => ({ field, operator: '!=', value });

const searchOf = (...texts: TextCriterion[]): TransactionSearch => ({
  texts,
  ints: [{ field: 'amountMinor', operator: '>', value: 5 }],
  createdAt: {},
  capturedAt: {},
  settledAt: {},
  limit: 10,
  offset: 0,
});

const leadOf = (texts: TextCriterion[], onlyOf: string | null = null) => {
  const { lead, selective } = transactionSearchFilter('acct', searchOf(...texts), onlyOf);
  return [Object.keys(lead), selective];
};

describe('by which index a search is answered', () => {
  it.each<[string, TextCriterion[], string | null, string[], boolean]>([
    ['none', [], null, ['accountId'], false],
    ['what no index serves', [is('billingAddress.city'), isNot('orderId')], null, ['accountId'], false],
    ['an id', [is('status'), is('orderId'), is('transactionId')], 'me', ['_id'], true],
    ['an order', [is('status'), is('billingAddress.email'), is('orderId')], 'me', ['orderId', 'accountId'], true],
    ['a purchase order', [is('poNumber')], null, ['poNumber', 'accountId'], true],
    ['a customer', [is('customerId')], null, ['customerId', 'accountId'], true],
    ['an e-mail', [is('billingAddress.email')], null, ['billingAddress.email', 'accountId'], true],
    ['a last name', [is('billingAddress.lastName')], null, ['billingAddress.lastName', 'accountId'], true],
    ['a rare status', [is('userId'), is('status', 'authorized')], 'me', ['status', 'accountId'], false],
    ['the usual status', [is('status', 'settled')], null, ['status', 'accountId'], false],
    ['the usual status of one user', [is('status', 'settled')], 'me', ['userId', 'accountId'], false],
    ['a user', [is('userId')], null, ['userId', 'accountId'], false],
    ['another status', [isNot('status', 'declined')], null, ['accountId'], false],
  ])('%s', (_name, texts, onlyOf, fields, selective) => {
    expect(leadOf(texts, onlyOf)).toEqual([fields, selective]);
    if (fields[0] === '_id') return;
    // Without such an index the embedded store would read the whole account, or collection.
    const wanted = selective ? fields : [...fields, 'createdAt'];
    const indexes = transactionSchema.indexes().map(([keys]) => Object.keys(keys).slice(0, wanted.length));
    expect(indexes).toContainEqual(wanted);
  });

  it('the account, the user and every criterion are in it, each once', () => {
    const search = searchOf(is('orderId', 'A'), isNot('orderId', 'B'), is('userId', 'u2'));
    const stages = matchStages(transactionSearchFilter('acct', search, 'me'), {});
    expect(stages).toEqual([
      { $match: { orderId: 'A', accountId: 'acct' } },
      {
        $match: { $and: [{ userId: 'me' }, { orderId: { $ne: 'B' } }, { userId: 'u2' }, { amountMinor: { $gt: 5 } }] },
      },
    ]);
  });

  // The embedded store takes an index for a filter that is its beginning, and for no other.
  it('a window of time stands behind the equalities of an index, and behind a selective one not', () => {
    const range = { start: new Date(1_000), end: new Date(2_000) };
    const createdAt = { $gt: new Date(999), $lt: new Date(2_001) };
    const { ints: _ints, ...search } = searchOf();
    const none = { ...search, ints: [] };
    expect(matchStages(transactionSearchFilter('acct', none), range)).toEqual([
      { $match: { accountId: 'acct', createdAt } },
    ]);
    expect(matchStages(transactionSearchFilter('acct', { ...none, texts: [is('poNumber', 'P')] }), range)).toEqual([
      { $match: { poNumber: 'P', accountId: 'acct' } },
      { $match: { $and: [{ createdAt }] } },
    ]);
  });
});
