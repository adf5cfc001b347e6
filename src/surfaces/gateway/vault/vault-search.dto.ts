import { DateRange, SearchDates } from '../search/date-range.dto.js';
import { Limit, Offset } from '../search/page.js';
import { SearchText, TextCriterion } from '../search/text-criterion.dto.js';

/** All criteria must hold. Those of persons and streets look at every address: `=` wants one that fits, `!=` that none does. */
export class SearchVaultCustomers {
  @SearchText() id?: TextCriterion;
  @SearchText() address_id?: TextCriterion;
  @SearchText() first_name?: TextCriterion;
  @SearchText() last_name?: TextCriterion;
  @SearchText() company?: TextCriterion;
  /** `line_1` of an address. */
  @SearchText() address_line_1?: TextCriterion;
  /** `line_2` of an address. */
  @SearchText() address_line_2?: TextCriterion;
  @SearchText() city?: TextCriterion;
  @SearchText() state?: TextCriterion;
  @SearchText() postal_code?: TextCriterion;
  @SearchText() country?: TextCriterion;
  @SearchText() email?: TextCriterion;
  @SearchText() phone?: TextCriterion;
  @SearchText() fax?: TextCriterion;
  /** The type of the default method: `card` or `ach`. */
  @SearchText() payment_method_type?: TextCriterion;
  /** The default for bills. */
  @SearchText() billing_address_id?: TextCriterion;
  /** The default for shipping. */
  @SearchText() shipping_address_id?: TextCriterion;
  @SearchDates() created_at?: DateRange;
  @SearchDates() updated_at?: DateRange;

  /** @example 10 */
  @Limit(1)
  limit?: number;

  /** @example 0 */
  @Offset()
  offset?: number;
}
