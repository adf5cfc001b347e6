import type { VaultSearch } from '../../../modules/customer/record/vault-search.types.js';
import { toDateRange } from '../search/date-range.dto.js';
import { DEFAULT_LIMIT } from '../search/page.js';
import { toTextCriterion } from '../search/text-criterion.dto.js';
import type { SearchVaultCustomers } from './vault-search.dto.js';

export function toVaultSearch(body: SearchVaultCustomers): VaultSearch {
  return {
    criteria: {
      customerId: toTextCriterion(body.id),
      addressId: toTextCriterion(body.address_id),
      firstName: toTextCriterion(body.first_name),
      lastName: toTextCriterion(body.last_name),
      company: toTextCriterion(body.company),
      line1: toTextCriterion(body.address_line_1),
      line2: toTextCriterion(body.address_line_2),
      city: toTextCriterion(body.city),
      state: toTextCriterion(body.state),
      postalCode: toTextCriterion(body.postal_code),
      country: toTextCriterion(body.country),
      email: toTextCriterion(body.email),
      phone: toTextCriterion(body.phone),
      fax: toTextCriterion(body.fax),
      methodType: toTextCriterion(body.payment_method_type),
      billingAddressId: toTextCriterion(body.billing_address_id),
      shippingAddressId: toTextCriterion(body.shipping_address_id),
    },
    createdAt: toDateRange(body.created_at),
    updatedAt: toDateRange(body.updated_at),
    limit: body.limit ?? DEFAULT_LIMIT,
    offset: body.offset ?? 0,
  };
}
