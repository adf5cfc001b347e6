import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { may } from '../../user/gateway/permissions.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction } from '../record/transaction.types.js';
import { SearchTime } from './search-time.js';
import { TimeWindows } from './time-windows.js';
import { matchStages, transactionSearchFilter } from './transaction-search-filter.js';
import type { TransactionSearch } from './transaction-search.types.js';

export interface TransactionPage {
  readonly transactions: Transaction[];
  /** Number of matches on all pages. */
  readonly total: number;
}

/** Searches transactions of the caller's account (contract gateway 5.8). */
@Injectable()
export class TransactionSearchService {
  constructor(
    private readonly transactions: TransactionRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns one page, newest first; only the caller's own rows without the permission `view_others_transactions`.
   * Throws AppError `search_too_slow` when the time for it is over.
   */
  async search(caller: GatewayPrincipal, search: TransactionSearch): Promise<TransactionPage> {
    const onlyOf = may(caller, 'view_others_transactions') ? null : caller.id;
    const query = transactionSearchFilter(caller.accountId, search, onlyOf);
    const page = new Page(this.transactions, search);
    if (query.selective) await page.add(matchStages(query, search.createdAt));
    else {
      const windows = new TimeWindows(search.createdAt, this.clock.date());
      let tookMs: number | undefined;
      for (let range = windows.next(); range !== null; range = windows.next(tookMs))
        tookMs = await page.add(matchStages(query, range));
    }
    return page;
  }
}

/** A page while it is collected from parts of the result, each older than the one before. */
class Page implements TransactionPage {
  readonly transactions: Transaction[] = [];
  total = 0;
  private readonly time = new SearchTime();

  constructor(
    private readonly rows: TransactionRepository,
    private readonly asked: { readonly limit: number; readonly offset: number },
  ) {}

  /** Returns how many milliseconds it took. */
  async add(stages: readonly object[]): Promise<number> {
    const began = performance.now();
    this.total += await this.matches(stages);
    return performance.now() - began;
  }

  /** Takes what belongs on the page, and returns how many match. */
  private async matches(stages: readonly object[]): Promise<number> {
    const missing = this.asked.limit - this.transactions.length;
    const skip = Math.max(0, this.asked.offset - this.total);
    const take = async () => {
      const found = await this.rows.newestOf(stages, skip, missing, this.time.leftMs());
      this.transactions.push(...found);
      return found.length;
    };
    // Those that do not fill the page are all that there are.
    if (skip === 0 && missing > 0) {
      const found = await take();
      if (found < missing) return found;
    }
    const count = await this.rows.countOf(stages, this.time.leftMs());
    if (skip > 0 && missing > 0 && count > skip) await take();
    return count;
  }
}
