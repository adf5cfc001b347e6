import type {
  IntCriterion,
  IntField,
  TextCriterion,
  TextField,
  TransactionSearch,
} from '../../../modules/transaction/search/transaction-search.types.js';
import type { AddressField } from '../../../modules/customer/record/address.types.js';
import { toDateRange } from '../search/date-range.dto.js';
import { toIntCriterion } from '../search/int-criterion.dto.js';
import { DEFAULT_LIMIT } from '../search/page.js';
import { type TextCriterion as TextBody, toTextCriterion } from '../search/text-criterion.dto.js';
import { ADDRESS_BLOCKS, type AddressCriteria, type SearchTransactions } from './search.dto.js';

type TextName = Exclude<TextField, `${string}.${string}`>;

const TEXTS: Readonly<Record<TextName, keyof SearchTransactions>> = {
  transactionId: 'transaction_id',
  userId: 'user_id',
  type: 'type',
  ipAddress: 'ip_address',
  poNumber: 'po_number',
  orderId: 'order_id',
  methodKind: 'payment_method',
  paymentType: 'payment_type',
  status: 'status',
  processorId: 'processor_id',
  customerId: 'customer_id',
};

const INTS: Readonly<Record<IntField, keyof SearchTransactions>> = {
  amountMinor: 'amount',
  authorizedMinor: 'amount_authorized',
  capturedMinor: 'amount_captured',
  settledMinor: 'amount_settled',
  taxMinor: 'tax_amount',
};

const LINES: Readonly<Record<AddressField | 'addressId', keyof AddressCriteria>> = {
  addressId: 'address_id',
  firstName: 'first_name',
  lastName: 'last_name',
  company: 'company',
  line1: 'address_line_1',
  line2: 'address_line_2',
  city: 'city',
  state: 'state',
  postalCode: 'postal_code',
  country: 'country',
  email: 'email',
  phone: 'phone',
  fax: 'fax',
};

const BLOCKS = { billing_address: 'billingAddress', shipping_address: 'shippingAddress' } as const;

/** Other words for values (decision G24). */
const SYNONYMS: Partial<Record<TextField, Readonly<Record<string, string>>>> = { paymentType: { ach: 'echeck' } };

export function toTransactionSearch(body: SearchTransactions): TransactionSearch {
  return {
    texts: [
      ...entriesOf(TEXTS).flatMap(([field, name]) => textOf(field, body[name] as TextBody)),
      ...addressTexts(body),
    ],
    ints: entriesOf(INTS).flatMap(([field, name]) => intOf(field, toIntCriterion(body[name] as object))),
    createdAt: toDateRange(body.created_at),
    capturedAt: toDateRange(body.captured_at),
    settledAt: toDateRange(body.settled_at),
    limit: body.limit ?? DEFAULT_LIMIT,
    offset: body.offset ?? 0,
  };
}

/** Those of the nested object and of the flat keys: who sends both means both. */
function addressTexts(body: SearchTransactions): TextCriterion[] {
  const flat = body as Readonly<Record<string, TextBody | undefined>>;
  return ADDRESS_BLOCKS.flatMap((block) =>
    entriesOf(LINES).flatMap(([line, name]) => {
      const field = `${BLOCKS[block]}.${line}` as const;
      return [...textOf(field, body[block]?.[name]), ...textOf(field, flat[`${block}.${name}`])];
    }),
  );
}

function textOf(field: TextField, body: TextBody | undefined): TextCriterion[] {
  const criterion = toTextCriterion(body);
  if (criterion === undefined) return [];
  const { operator, value } = criterion;
  const words = new Map(Object.entries(SYNONYMS[field] ?? {}));
  return [{ field, operator, value: words.get(value) ?? value }];
}

function intOf(field: IntField, criterion: ReturnType<typeof toIntCriterion>): IntCriterion[] {
  return criterion === undefined ? [] : [{ field, ...criterion }];
}

const entriesOf = <K extends string, V>(map: Readonly<Record<K, V>>) => Object.entries(map) as [K, V][];
