import fc from 'fast-check';
import { containsCardNumber, holdsCardInPhone, passesLuhn } from './card-number.js';
import { entryHoldsCardNumber } from './identifier-key.js';

/** A number of each issuer, shortest and longest, as testing pages of issuers and processors have them. */
const CARDS = [
  '4242424242424242',
  '4000000000000000006',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '3056930009020004',
  '36227206271667',
  '3566002020360505',
  '6200000000000005',
  '6304000000000000',
  '6759649826438453',
  '6799990100000000019',
  '2200000000000004',
];
/** Every group of a card's form, as printed. */
const PRINTED: Readonly<Record<number, readonly number[]>> = {
  14: [4, 6, 4],
  15: [4, 6, 5],
  16: [4, 4, 4, 4],
  17: [4, 4, 4, 4, 1],
  18: [4, 4, 4, 4, 2],
  19: [4, 4, 4, 4, 3],
};

function grouped(digits: string, sizes: readonly number[], separator: string): string {
  let at = 0;
  return sizes.map((size) => digits.slice(at, (at += size))).join(separator);
}

const printed = (digits: string, separator: string) => grouped(digits, PRINTED[digits.length] ?? [], separator);

describe('containsCardNumber', () => {
  it.each([
    ...CARDS,
    'My card is 4242 4242 4242 4242, exp 12/34',
    'Grace 3782 822463 10005',
    '12 4242 4242 4242 4242',
    '4242 4242 4242 4242 12 34',
    'x4242424242424242x',
    'card:4242424242424242;',
    '42424242,42424242',
    '(4242) 4242-4242-4242',
    '4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2',
    '42-42-42-42-42-42-42-42',
    '4242\n\t   4242     4242 4242',
    '4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2',
    '4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2',
    '1, 4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2; 12/34',
    '3|7|8|2|8|2|2|4|6|3|1|0|0|0|5',
    '4242<b></b>4242<b></b>4242<b></b>4242',
    '<i>42</i><i>42</i> 4242 <span class="n">42</span>42 4242',
    '4<b>2</b>4<b>2</b>4<b>2</b>4<b>2</b>4<b>2</b>4<b>2</b>4<b>2</b>4<b>2</b>',
    '4242<!-- x -->42424242<!---->4242',
    '<td>4242</td><td>4242</td><td>4242</td><td>4242</td>',
    '4242<br/>4242<BR>4242<br />4242',
    '4242%204242%204242%204242',
    '4242%2d4242%2D4242%2d4242',
    '4242%C2%A04242%c2%a04242%E2%80%8B4242',
    'card=4242%3Cb%3E%3C/b%3E42424242%3Cb%3E%3C/b%3E4242',
    '%34%3242%34242%34242%34%3242',
    '%4242424242424242',
    '4242&nbsp;4242&nbsp;4242&nbsp;4242',
    '4242&#8203;4242&#x200b;4242&shy;4242',
    '&#52;242 4242 4242 4242',
  ])('finds one in %s', (text) => expect(containsCardNumber(text)).toBe(true));

  it.each([
    ' ',
    '-',
    '–',
    '—',
    '‑',
    '−',
    '.',
    '/',
    '_',
    ' - ',
    '\u00a0',
    '\u2009',
    '\u3000',
    '\t',
    '\n',
    '\u2028', // blanks and dashes
    ',',
    ':',
    '*',
    ';',
    '|',
    '+',
    '~',
    '#',
    '=',
    '\\',
    '·',
    '•',
    ', ',
    ' | ',
    '**',
    '😀',
    '\u2800',
    '\u0085', // separators
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u034f',
    '\u061c',
    '\u180e',
    '\u200e',
    '\u202e',
    '\u3164',
    '\ufe0f',
    '\u0301', // unseen
    ' \u200b',
    '\u200b,\u200b',
  ])('finds all of them in groups with %j between', (separator) => {
    expect(CARDS.filter((digits) => !containsCardNumber(`Pay ${printed(digits, separator)} now`))).toEqual([]);
  });

  it.each([
    ['fullwidth', 0xff10],
    ['Arabic', 0x0660],
    ['Persian', 0x06f0],
    ['Devanagari', 0x0966],
    ['Bengali', 0x09e6],
    ['Thai', 0x0e50],
    ['Tibetan', 0x0f20],
    ['Khmer', 0x17e0],
    ['Osmanya', 0x104a0],
    ['Adlam', 0x1e950],
    ['mathematical bold', 0x1d7ce],
    ['mathematical monospace', 0x1d7f6],
    ['superscript', undefined],
    ['keycap', undefined],
  ])('finds all of them in %s digits', (script, zero) => {
    const digit = (one: string): string => {
      if (zero !== undefined) return String.fromCodePoint(zero + Number(one));
      return script === 'keycap' ? `${one}\ufe0f\u20e3` : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(one)] ?? '');
    };
    const written = CARDS.map((digits) => Array.from(digits, digit).join(''));
    expect(written.filter((text) => !containsCardNumber(text))).toEqual([]);
  });

  it.each([
    'Grace Hopper',
    '4242424242424241', // check digit
    '4222222222222', // Visa has no 13 digits
    '4915112345009', // a phone number
    '4006381330060', // an EAN
    '630400000000', // Maestro has no 12
    '42424242424242424242424242424242', // too long to be one
    '1234567812345670', // Luhn, but nobody's range
    '0000000000000000',
    '2026-11-21T10:00:00.000Z',
    '+49 170 1234567',
    'order 20261121000018',
    '5f9f1c9b9c9c9c9c9c9c9c9c',
    '4 apples, 242 pears, 4242 plums; 4242 4242', // other groups than a card's, in a list
    '4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2', // a longer list, of which a stretch would be one
    '5,4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2',
    '4,2 4,2 4,2 4,2 4,2 4,2 4,2 4,2', // ratings
    '4,2;4,2;4,2;4,2;4,2;4,2;4,2;4,2',
    '<td>4</td><td>242</td><td>42424242</td><td>4242</td>', // cells of a table
    '42% of 42% of 42% of 42%, 42424242',
    'https://shop.example/?q=4%2C242%2C424%2C242%2C424%2C242',
    '42,42, 42,42, 42,42, 42,42',
    '42:42, 42:42, 42:42, 42:42',
    '4,242,424,242,424,242',
    '4242.42 4242.42 42.42',
    '22.01.2026 - 22.06.2026', // Mir's range, and the check digit fits
    '30.05.2026/30.07.2026',
  ])('finds none in %s', (text) => expect(containsCardNumber(text)).toBe(false));

  it('no number of an issuer hides behind separators, scripts or words', () => {
    const separators = [' ', '-', ',', ':', '*', '|', ' - ', '\u200b', '\u2060', '\u00a0', ''];
    const zeros = [0x30, 0x660, 0x6f0, 0xff10, 0x966];
    fc.assert(
      fc.property(
        fc.constantFrom(...CARDS),
        fc.array(fc.constantFrom(...separators), { minLength: 5, maxLength: 5 }),
        fc.array(fc.constantFrom(...zeros), { minLength: 19, maxLength: 19 }),
        fc.constantFrom('', 'Pay ', 'card no. 12 ', '٣ x', '(', '1, '),
        (digits, between, scripts, before) => {
          let at = 0;
          const text = (PRINTED[digits.length] ?? []).map((size, group) => {
            const part = Array.from(digits.slice(at, at + size), (digit, i) =>
              String.fromCodePoint((scripts[at + i] ?? 0x30) + Number(digit)),
            ).join('');
            at += size;
            return part + (between[group] ?? '');
          });
          // A digit right before it would be one of it.
          expect(containsCardNumber(`${before}${text.join('')}`)).toBe(true);
        },
      ),
    );
  });

  it('lists of prices and of times are none', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, '0'));
    const prices = fc.array(fc.tuple(fc.integer({ min: 0, max: 9_999 }), two), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(
        prices,
        fc.constantFrom('.', ','),
        fc.constantFrom(', ', '; ', ' ', ' / '),
        (list, point, between) => {
          expect(containsCardNumber(list.map((price) => price.join(point)).join(between))).toBe(false);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(two, two), { minLength: 2, maxLength: 12 }), (times) => {
        expect(containsCardNumber(times.map((time) => time.join(':')).join(', '))).toBe(false);
      }),
    );
  });

  it('is linear in hostile text', () => {
    for (const text of [
      '4 '.repeat(50_000),
      '4'.repeat(100_000),
      '4--- '.repeat(20_000),
      '4.24 '.repeat(20_000),
      '1.1.2026'.repeat(12_000),
      ' '.repeat(100_000),
      '4,'.repeat(50_000),
      '<'.repeat(100_000),
      '<a'.repeat(50_000),
      `<a${' '.repeat(100_000)}`,
      '4<b>'.repeat(25_000),
      '%34'.repeat(33_000),
      '%'.repeat(100_000),
      '&#52;'.repeat(20_000),
      `&#${'4'.repeat(100_000)}`,
    ]) {
      const before = process.cpuUsage();
      containsCardNumber(text);
      const { user } = process.cpuUsage(before);
      // Microseconds, where quadratic work takes half a minute.
      expect([text.slice(0, 8), user < 1_000_000]).toEqual([text.slice(0, 8), true]);
    }
  });
});

describe('entryHoldsCardNumber', () => {
  const ORDER = '2611301200000007';

  it.each([
    'order_id',
    'orderId',
    'OrderID',
    'ORDER_ID',
    'order-id',
    'order id',
    'shop:order.id',
    'id',
    'order',
    'Order',
    'invoice',
    'invoice_number',
    'invoiceNumber',
    'number',
    'ref',
    'customer_ref',
    'reference',
    'ean',
    'EAN',
    'ean13',
    'EAN-13',
    'gtin',
    'gtin14',
    'sku',
    'product.sku',
  ])('%s names an identifier', (key) => {
    expect(entryHoldsCardNumber(key, ORDER)).toBe(false);
    expect(entryHoldsCardNumber(key, '4242424242424242')).toBe(false);
    expect(entryHoldsCardNumber(key, '4242 4242 4242 4242')).toBe(true);
    expect(entryHoldsCardNumber(key, '4242-4242-4242-4242')).toBe(true);
    expect(entryHoldsCardNumber(key, 'paid by 4242424242424242')).toBe(true);
  });

  it.each([
    'note',
    'paid',
    'prepaid',
    'company',
    'orderly',
    'order_note',
    'order_comment',
    'id_note',
    'skunk',
    'xref2d',
    'numbers',
    'card_id',
    'cardId',
    'card-number',
    'cardNumber',
    'cardnumber',
    'order_card_id',
    'giftcard_id',
    'creditcard_number',
    'cc_number',
    'cc',
    'ccRef',
    'pan',
    'pan_id',
    'panReference',
    'credit_id',
    'debit_number',
    'account_number',
    'accountId',
    'bankaccount_number',
    'cvc_id',
    'payment_id',
    'payment_ref',
    'paymentReference',
    'payment_order',
  ])('%s does not', (key) => {
    expect(entryHoldsCardNumber(key, ORDER)).toBe(true);
  });

  it('a number in the key, or in key and value together', () => {
    expect(entryHoldsCardNumber('4242424242424242_id', '1')).toBe(true);
    expect(entryHoldsCardNumber('4242 4242', '4242 4242')).toBe(true);
  });

  it.each(['phone', 'customer_phone', 'homePhone', 'fax', 'Fax'])('%s is a number of a telephone', (key) => {
    expect(entryHoldsCardNumber(key, '4915112345009')).toBe(false);
    expect(entryHoldsCardNumber(key, '36227206271667')).toBe(false);
    expect(entryHoldsCardNumber(key, '4242424242424242')).toBe(true);
    expect(entryHoldsCardNumber(key, '378282246310005')).toBe(true);
  });
});

it.each([
  ['4915112345009', false],
  ['+49 151 12345009', false],
  ['36227206271667', false], // a Diners Club number has the length of a telephone's
  ['378282246310005', true],
  ['3782 822463 10005', true],
  ['٣٧٨٢٨٢٢٤٦٣١٠٠٠٥', true],
  ['378282246310006', false],
  ['4242424242424242', true],
  ['4242 4242 4242 4242', true],
])('in a phone, %s is a card: %s', (text, holds) => expect(holdsCardInPhone(text)).toBe(holds));

it('every listed card has its check digit', () => expect(CARDS.filter((digits) => !passesLuhn(digits))).toEqual([]));
