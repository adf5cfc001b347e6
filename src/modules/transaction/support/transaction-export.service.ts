import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { HAS_TEXT } from '../../../platform/database/partial-index.js';
import { type TimeRange, withinRange } from '../../../platform/database/time-range.js';
import { AccountService } from '../../merchant/account.service.js';
import { PaymentRepository } from '../../payment/record/payment.repository.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction, TransactionMethod, TransactionStatus } from '../record/transaction.types.js';
import { TimeWindows } from '../search/time-windows.js';
import { matchStages, type TransactionQuery, transactionSearchFilter } from '../search/transaction-search-filter.js';
import type { TextCriterion } from '../search/transaction-search.types.js';

/** Criteria of an operator's search; null stands for any. */
export interface ExportCriteria {
  readonly accountId: string | null;
  readonly createdAt: TimeRange;
  readonly status: TransactionStatus | null;
  readonly lastFour: string | null;
  /** E-mail address of the billing address, as it was sent. */
  readonly email: string | null;
  /** Any of `NAMES`, or the id of a PaymentIntent. */
  readonly id: string | null;
}

/** Fields by which somebody may know a transaction; each begins an index. */
const NAMES = ['_id', 'paymentId', 'orderId', 'poNumber', 'customerId', 'settlementBatchId'] as const;

/** Reads any number of transactions for an operator, holding few of them at a time. */
@Injectable()
export class TransactionExport {
  constructor(
    private readonly rows: TransactionRepository,
    private readonly payments: PaymentRepository,
    private readonly accounts: AccountService,
    private readonly clock: Clock,
  ) {}

  /** Yields pages, account by account and within an account newest first; by id, name by name. Throws StoreError. */
  async *pages(criteria: ExportCriteria): AsyncGenerator<Transaction[], void, undefined> {
    const { lastFour } = criteria;
    for await (const page of this.found(criteria))
      yield lastFour === null ? page : page.filter(({ method }) => shownNumberOf(method).endsWith(lastFour));
  }

  private async *found(criteria: ExportCriteria): AsyncGenerator<Transaction[], void, undefined> {
    const { id, accountId } = criteria;
    if (id !== null) yield* this.named(id, criteria);
    else if (accountId !== null) yield* this.ofAccount(accountId, criteria);
    else for (const account of await this.accounts.all()) yield* this.ofAccount(account.id, criteria);
  }

  private async *named(id: string, criteria: ExportCriteria): AsyncGenerator<Transaction[], void, undefined> {
    const intent = id.startsWith('pi_') ? await this.payments.findByProviderPayment(id) : null;
    const wanted = intent?._id ?? id;
    const others = clausesOf(criteria);
    for (const [nth, name] of NAMES.entries()) {
      const isWanted = { [name]: name === '_id' ? wanted : { $eq: wanted, ...HAS_TEXT } };
      const stages = [{ $match: isWanted }, ...(others.length === 0 ? [] : [{ $match: { $and: others } }])];
      for await (const page of this.rows.streamOf(stages))
        yield page.filter((row) => NAMES.slice(0, nth).every((former) => row[former] !== wanted));
    }
  }

  private async *ofAccount(
    accountId: string,
    criteria: ExportCriteria,
  ): AsyncGenerator<Transaction[], void, undefined> {
    const query = queryOf(accountId, criteria);
    if (query.selective) yield* this.rows.streamOf(matchStages(query, criteria.createdAt));
    else yield* this.inWindows(query, criteria.createdAt);
  }

  private async *inWindows(
    query: TransactionQuery,
    createdAt: TimeRange,
  ): AsyncGenerator<Transaction[], void, undefined> {
    const windows = new TimeWindows(createdAt, this.clock.date());
    let range = windows.next();
    while (range !== null) {
      const began = performance.now();
      let tookMs: number | undefined;
      for await (const page of this.rows.streamOf(matchStages(query, range))) {
        // Time is taken at the first page: the reader may take long over the pages, which says nothing about the store.
        tookMs ??= performance.now() - began;
        yield page;
      }
      range = windows.next(tookMs ?? performance.now() - began);
    }
  }
}

function queryOf(accountId: string, { status, email }: ExportCriteria): TransactionQuery {
  const equal = (field: TextCriterion['field'], value: string | null): TextCriterion[] =>
    value === null ? [] : [{ field, operator: '=', value }];
  return transactionSearchFilter(accountId, {
    texts: [...equal('status', status), ...equal('billingAddress.email', email)],
    ints: [],
    ...{ createdAt: {}, capturedAt: {}, settledAt: {} },
    ...{ limit: 0, offset: 0 },
  });
}

function clausesOf({ accountId, createdAt, status, email }: ExportCriteria): object[] {
  return [
    ...(accountId === null ? [] : [{ accountId }]),
    ...(status === null ? [] : [{ status }]),
    ...(email === null ? [] : [{ 'billingAddress.email': email }]),
    ...withinRange('createdAt', createdAt).map((clause) => Object.fromEntries([clause])),
  ];
}

/** Returns the number as it is shown; empty for a redirect. */
export function shownNumberOf(method: TransactionMethod): string {
  if (method.type === 'apm') return '';
  return method.type === 'ach' ? method.maskedAccountNumber : method.maskedNumber;
}
