/** Bodies to try in Swagger UI: each variant once. */

const ORDER = {
  processor_id: 'b7kgflt1tlv51er0f1sg',
  subtotal: 1000,
  currency: 'USD',
  payment_method: 'card',
  transaction_type: 'sale',
};

const LINE = { id: '1', status: 'pending', type: 'flat', name: 'Mug', unit_price: 1999, quantity: 2 };

export const AMOUNT_EXAMPLES = {
  amount: { summary: 'one amount, and what the processor adds', value: { ...ORDER, amount: 1000 } },
  adjusters: {
    summary: 'shipping, tip and discounts',
    value: {
      ...ORDER,
      amount: 10_000,
      subtotal: 10_000,
      shipping_amount: { type: 'flat', value: 500, include: true },
      tip_amount: { type: 'percentage', value: 15_000, include: true },
      discount_amount: [
        { type: 'flat', value: 300, include: true },
        { type: 'percentage', value: 2_500 },
      ],
      duty_amount: { type: 'flat', value: 700 },
    },
  },
  lines: {
    summary: 'line items with tax and freight',
    value: {
      ...ORDER,
      subtotal: 4498,
      state: 'IL',
      line_items: [
        { ...LINE, taxable: true, tax_rate: '10.25' },
        { ...LINE, id: '2', name: 'Spoon', unit_price: 500, quantity: 1, freight_amount: 120 },
        { ...LINE, id: '3', name: 'Table', unit_price: 9000, quantity: 1, status: 'paid' },
      ],
    },
  },
  products: {
    summary: 'products',
    value: { ...ORDER, products: [{ id: 'mug', name: 'Mug', price: '1999' }], flags: { tax_exempt: true } },
  },
};
