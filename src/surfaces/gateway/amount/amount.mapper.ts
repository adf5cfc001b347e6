import type { Adjuster, AmountFlags, AmountRequest, Amounts } from '../../../modules/calculator/amounts.js';
import type { LineFigures, LineItem } from '../../../modules/calculator/line-item.js';
import type { Processor } from '../../../modules/merchant/processor.types.js';
import type { AmountQuote } from '../../../modules/transaction/quote/amount-quote.service.js';
import type {
  AmountDisplay,
  AmountsBody,
  ComputedLineItem,
  Disclaimer,
  DisplayFigure,
  Features,
  IncludedAmounts,
} from './amount-answer.dto.js';
import type { AdjusterFields, AmountFlagFields, CalculateAmounts } from './amount.dto.js';
import { type AmountLineItem, STATUSES } from './line-item.dto.js';

export function toAmountRequest(body: CalculateAmounts): AmountRequest {
  const { cc_bin: bin = null, state = null, payment_method: method } = body;
  return {
    subtotal: body.subtotal,
    amount: body.amount,
    lines: (body.line_items ?? []).map(toLineItem),
    productPrices: (body.products ?? []).map(({ price }) => Number(price)),
    payer: { method, state, bin, isExempt: false },
    adjusters: {
      paymentAdjustment: toAdjusters(body.processor_payment_adjustment),
      shipping: toAdjusters(body.shipping_amount),
      addons: toAdjusters(body.addon_amount),
      discounts: toAdjusters(body.discount_amount),
      duty: toAdjusters(body.duty_amount),
      tip: toAdjusters(body.tip_amount),
      additional: toAdjusters(body.additional_amounts),
      tax: toAdjusters(body.tax_amount),
      nationalTax: toAdjusters(body.national_tax_amount),
      localTax: toAdjusters(body.local_tax_amount),
      serviceFee: toAdjusters(body.service_fee),
      surcharge: toAdjusters(body.surcharge),
    },
    flags: toFlags(body.flags),
  };
}

const toAdjusters = (sent: AdjusterFields | readonly AdjusterFields[] = []): readonly Adjuster[] =>
  [sent].flat().map(({ type, value, include = false }) => ({ type, value, include }));

function toFlags(flags: AmountFlagFields = {}): AmountFlags {
  return {
    skipCashDiscount: flags.skip_cash_discount ?? false,
    skipSurcharge: flags.skip_surcharge ?? false,
    skipServiceFee: flags.skip_service_fee ?? false,
    skipConsumerChoice: flags.skip_consumer_choice ?? false,
    includeDefaultTax: flags.include_default_tax_to_total,
    taxExempt: flags.tax_exempt ?? false,
    addTaxToTotal: flags.add_tax_to_total ?? false,
  };
}

function toLineItem(item: AmountLineItem): LineItem {
  return {
    status: STATUSES.find((status) => status === item.status) ?? 'pending',
    type: item.type,
    unitPrice: item.unit_price,
    quantity: item.quantity,
    taxable: item.taxable ?? false,
    localTaxRate: item.local_tax_rate,
    nationalTaxRate: item.national_tax_rate,
    taxRate: item.tax_rate,
    discount: item.discount_amount,
    discountRate: item.discount_rate,
    freight: item.freight_amount,
  };
}

/** The answer to a request; `line_items` are those that were sent, with what they come to. */
export function toAmountsBody(body: CalculateAmounts, { processor, amounts }: AmountQuote): AmountsBody {
  const { figures } = amounts;
  return {
    line_items: toComputedLines(body.line_items, amounts.lines),
    shipping_amount: figures.shipping,
    discount_amount: figures.discount,
    freight_amount: amounts.freight,
    addon_amount: figures.addons,
    duty_amount: figures.duty,
    tip_amount: figures.tip,
    additional_amounts: figures.additional,
    tax_amount: figures.tax,
    national_tax_amount: figures.nationalTax,
    local_tax_amount: figures.localTax,
    service_fee: figures.serviceFee,
    surcharge: figures.surcharge,
    processor_id: processor.id,
    payment_method: body.payment_method,
    included_amounts: toIncluded(amounts.included),
    subtotal: body.subtotal,
    amount: amounts.amount,
    additional_total: amounts.additionalTotal,
    total: amounts.total,
    features: toFeatures(processor),
    display: toDisplay(body.subtotal, amounts),
    disclaimer: toDisclaimer(amounts),
  };
}

/** Null where none was sent. */
function toComputedLines(
  sent: readonly AmountLineItem[] = [],
  figures: readonly LineFigures[],
): ComputedLineItem[] | null {
  if (sent.length === 0) return null;
  return figures.flatMap((line, index) => sent.slice(index, index + 1).map((item) => toComputedLine(item, line)));
}

/** Leaves out what was not sent. */
function toComputedLine(item: AmountLineItem, { discount, tax, amount }: LineFigures): ComputedLineItem {
  return {
    id: item.id,
    status: item.status,
    type: item.type,
    name: item.name,
    description: item.description,
    unit_price: item.unit_price,
    quantity: item.quantity,
    quantity_shipped: item.quantity_shipped,
    product_code: item.product_code,
    commodity_code: item.commodity_code,
    unit_of_measure: item.unit_of_measure,
    alternate_tax_identifier: item.alternate_tax_identifier,
    taxable: item.taxable,
    local_tax_rate: item.local_tax_rate,
    national_tax_rate: item.national_tax_rate,
    tax_rate: item.tax_rate,
    discount_rate: item.discount_rate,
    freight_amount: item.freight_amount,
    discount_amount: discount,
    tax_amount: tax,
    amount,
  };
}

function toIncluded(included: Amounts['included']): IncludedAmounts {
  return {
    shipping_amount: included.shipping,
    discount_amount: included.discount,
    duty_amount: included.duty,
    tip_amount: included.tip,
    tax_amount: included.tax,
    national_tax_amount: included.nationalTax,
    local_tax_amount: included.localTax,
    service_fee: included.serviceFee,
    surcharge: included.surcharge,
  };
}

function toFeatures({ surcharge, cashDiscount, dualPricing }: Processor): Features {
  return {
    surcharge: surcharge !== null,
    cash_discount: cashDiscount !== null,
    dual_pricing: dualPricing,
    dual_pricing_v2: false,
  };
}

/** Rule A7: what is nothing is not shown, but for the three that always are. */
function toDisplay(subtotal: number, { amount, total, freight, figures, choice }: Amounts): AmountDisplay {
  const always = (value: number): DisplayFigure => ({ value, display: true });
  const shown = (figure: number | null): DisplayFigure => ({ value: figure ?? 0, display: (figure ?? 0) > 0 });
  return {
    subtotal: always(subtotal),
    amount: always(amount),
    shipping: shown(figures.shipping),
    freight: shown(freight),
    duty: shown(figures.duty),
    discount: shown(figures.discount),
    service_fee: shown(figures.serviceFee),
    surcharge: shown(figures.surcharge),
    tax: shown(figures.tax),
    national_tax: shown(figures.nationalTax),
    local_tax: shown(figures.localTax),
    tip: shown(figures.tip),
    total: always(total),
    consumer_choice: choice === null ? { card: 0, ach: 0, display: false } : { ...choice, display: true },
  };
}

const SURCHARGE = 'A surcharge is added for paying by credit card.';
const CASH_DISCOUNT = 'A discount is given for paying from a bank account.';

/** A figure that is told but not charged needs no words. */
function toDisclaimer({ included, hasCashDiscount }: Amounts): Disclaimer {
  const hasSurcharge = (included.surcharge ?? 0) > 0;
  if (!hasSurcharge && !(hasCashDiscount && (included.discount ?? 0) > 0))
    return { text: '', html: '', display: false };
  const text = hasSurcharge ? SURCHARGE : CASH_DISCOUNT;
  return { text, html: `<p>${text}</p>`, display: true };
}
