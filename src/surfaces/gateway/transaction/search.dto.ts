import { shapeOf } from '../../shared/body-shape.js';
import { Nested } from '../nested.js';
import { DateRange, SearchDates } from '../search/date-range.dto.js';
import { IntCriterion, SearchInt } from '../search/int-criterion.dto.js';
import { Limit, OpenOffset } from '../search/page.js';
import {
  CodeCriterion,
  NameCriterion,
  PhoneCriterion,
  PostalCodeCriterion,
  SearchText,
  StreetCriterion,
  TextCriterion,
} from '../search/text-criterion.dto.js';

/** Criteria of the lines of an address, all of which must hold. */
export class AddressCriteria {
  /** Id of an address of the vault’s. */
  @SearchText() address_id?: TextCriterion;
  @SearchText(NameCriterion) first_name?: NameCriterion;
  @SearchText(NameCriterion) last_name?: NameCriterion;
  @SearchText(NameCriterion) company?: NameCriterion;
  @SearchText(StreetCriterion) address_line_1?: StreetCriterion;
  @SearchText(StreetCriterion) address_line_2?: StreetCriterion;
  @SearchText(NameCriterion) city?: NameCriterion;
  @SearchText(CodeCriterion) state?: CodeCriterion;
  @SearchText(PostalCodeCriterion) postal_code?: PostalCodeCriterion;
  @SearchText(CodeCriterion) country?: CodeCriterion;
  @SearchText() email?: TextCriterion;
  @SearchText(PhoneCriterion) phone?: PhoneCriterion;
  @SearchText(PhoneCriterion) fax?: PhoneCriterion;
}

/** All criteria must hold. */
export class SearchTransactions {
  @SearchText() transaction_id?: TextCriterion;
  /** The user who sent it. */
  @SearchText() user_id?: TextCriterion;
  /** `sale`, `authorize`, `verification`, `credit` or `refund`. */
  @SearchText() type?: TextCriterion;
  /** As it was sent. */
  @SearchText() ip_address?: TextCriterion;
  /** What was asked for. */
  @SearchInt() amount?: IntCriterion;
  @SearchInt() amount_authorized?: IntCriterion;
  @SearchInt() amount_captured?: IntCriterion;
  @SearchInt() amount_settled?: IntCriterion;
  @SearchInt() tax_amount?: IntCriterion;
  @SearchText() po_number?: TextCriterion;
  @SearchText() order_id?: TextCriterion;
  /** The kind that was sent: `card`, `ach`, `customer`, `terminal`, `token` or `apm`. */
  @SearchText() payment_method?: TextCriterion;
  /** What it was: `card`, `echeck` or `apm`; `ach` is another word for `echeck`. */
  @SearchText() payment_type?: TextCriterion;
  @SearchText() status?: TextCriterion;
  @SearchText() processor_id?: TextCriterion;
  /** The vault customer that was charged or made. */
  @SearchText() customer_id?: TextCriterion;
  @SearchDates() created_at?: DateRange;
  @SearchDates() captured_at?: DateRange;
  @SearchDates() settled_at?: DateRange;
  @Nested(() => AddressCriteria) billing_address?: AddressCriteria;
  @Nested(() => AddressCriteria) shipping_address?: AddressCriteria;

  /** @example 10 */
  @Limit(0)
  limit?: number;

  /** @example 0 */
  @OpenOffset()
  offset?: number;
}

export const ADDRESS_BLOCKS = ['billing_address', 'shipping_address'] as const;

// Properties `billing_address.state` and so on: the same criteria as flat keys.
for (const block of ADDRESS_BLOCKS) {
  for (const [line, { nested }] of shapeOf(AddressCriteria))
    SearchText(nested)(SearchTransactions.prototype, `${block}.${line}`);
}
