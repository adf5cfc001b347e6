import fc from 'fast-check';
import { StripeError } from '../src/api/errors.js';
import type { Resource } from '../src/search/fields.js';
import { readSearch } from '../src/search/matcher.js';
import { parseQuery } from '../src/search/query.js';

const ADA = {
  amount: 1999,
  billing_details: { address: { postal_code: '94103' } },
  created: 1_700_000_000,
  currency: 'usd',
  customer: null,
  disputed: false,
  email: 'Ada@rocketrides.io',
  amount_refunded: 0,
  metadata: { order: '6735', 'the "key"': 'a b', constructor: 'x' },
  name: 'Ada King Lovelace',
  payment_method_details: { card: { brand: 'visa', exp_year: 2034, last4: '4242' }, type: 'card' },
  phone: '+15555550123',
  refunded: false,
  status: 'succeeded',
};

const matcher = (resource: Resource, query: string) => readSearch(resource, query).matches;

function refusal(query: string, resource: Resource = 'charges') {
  try {
    matcher(resource, query);
  } catch (error) {
    if (error instanceof StripeError) return error.body;
    throw error;
  }
  throw new Error(`${query} was not refused`);
}

describe('the search query language', () => {
  it('reads clauses with every kind of field, operator and value', () => {
    expect(parseQuery(`email:"amy@rocketrides.io" -metadata['donation-id']:null AND amount>=1000`)).toEqual({
      all: true,
      clauses: [
        { field: 'email', key: null, negated: false, operator: ':', value: 'amy@rocketrides.io' },
        { field: 'metadata', key: 'donation-id', negated: true, operator: ':', value: null },
        { field: 'amount', key: null, negated: false, operator: '>=', value: '1000' },
      ],
    });
    expect(parseQuery(String.raw`name:"the \"Sky\"" or name~'it\'s'`)).toMatchObject({
      all: false,
      clauses: [{ value: 'the "Sky"' }, { operator: '~', value: "it's" }],
    });
  });

  it.each([
    ['charges', 'amount:1999', true],
    ['charges', 'amount:"1999"', true],
    ['charges', 'amount>1999', false],
    ['charges', 'amount>=1999', true],
    ['charges', 'amount<2000 amount>1998', true],
    ['charges', 'created<=1699999999', false],
    ['charges', 'currency:"USD"', true],
    ['charges', '-currency:"usd"', false],
    ['charges', 'currency:"us"', false],
    ['charges', 'customer:null', true],
    ['charges', '-customer:"cus_1"', true],
    ['charges', 'disputed:"false"', true],
    ['charges', 'refunded:null', true],
    ['charges', 'refunded:"false"', false],
    ['charges', 'payment_method_details.card.last4:4242', true],
    ['charges', 'payment_method_details.card.exp_year:2034', true],
    ['charges', 'payment_method_details.card_present.last4:4242', false],
    ['charges', 'billing_details.address.postal_code:"94103"', true],
    ['charges', `metadata['order']:'6735'`, true],
    ['charges', `metadata["order"]:"673"`, false],
    ['charges', String.raw`metadata["the \"key\""]:"A B"`, true],
    ['charges', 'metadata["constructor"]:"x"', true],
    ['charges', 'metadata["toString"]:null', true],
    ['charges', '-metadata["order"]:null', true],
    ['charges', 'status:"failed" OR amount:1999', true],
    ['charges', 'status:"failed" amount:1999', false],
    ['charges', 'status:"failed" AND amount:1999', false],
    ['customers', 'email:"ada@ROCKETRIDES.io"', true],
    ['customers', 'email:"ada"', false],
    ['customers', 'email~"rocket"', true],
    ['customers', 'name:"king lovelace"', true],
    ['customers', 'name:"ada lovelace"', false],
    ['customers', 'name:"lace"', false],
    ['customers', 'name~"lace"', true],
    ['customers', 'phone~"5555"', true],
  ] as const)('%s %s: %s', (resource, query, expected) => {
    expect(matcher(resource, query)(ADA)).toBe(expected);
  });

  it('tells fully and partly refunded charges apart', () => {
    const part = { ...ADA, amount_refunded: 100 };
    expect(matcher('charges', 'refunded:"false"')(part)).toBe(true);
    expect(matcher('charges', 'refunded:"true"')({ ...part, refunded: true })).toBe(true);
  });

  const UNREADABLE = /^We were unable to parse your search query\. Try using the format `metadata\["key"\]:"value"`/;
  it.each([
    '',
    'amount',
    'currency:usd',
    'currency:"usd',
    'amount:',
    ':1',
    'metadata:"x"',
    'amount[1]:2',
    '(amount:1)',
    'amount:1 AND',
    'amount:1 AND OR amount:2',
    'amount:1,amount:2',
    'amount:1x',
    'amount = 1',
  ])('does not read %j', (query) => {
    expect(refusal(query)).toMatchObject({ type: 'invalid_request_error', param: 'query' });
    expect(refusal(query).message).toMatch(UNREADABLE);
  });

  it.each([
    ['charges', 'foo:"bar"', 'Field `foo` is an unsupported search field for resource `charges`.'],
    ['payment_intents', 'email:"a"', 'http://stripe.com/docs/search#query-fields-for-payment-intents'],
    ['charges', 'amount~"199"', '`~` is not supported for field `amount`'],
    ['charges', 'currency>"usd"', '`>` is not supported for field `currency`'],
    ['charges', 'amount>null', 'null'],
    ['charges', 'amount:"many"', '`many`'],
    ['customers', 'name~"ad"', '3 characters'],
    ['charges', 'amount:1 AND amount:2 OR amount:3', 'AND and OR'],
    ['charges', 'amount:1 amount:2 OR amount:3', 'AND and OR'],
    ['charges', Array.from({ length: 11 }, (_, n) => `amount:${n}`).join(' '), 'up to 10'],
  ] as const)('refuses %s %s', (resource, query, words) => {
    expect(refusal(query, resource)).toMatchObject({ type: 'invalid_request_error', param: 'query' });
    expect(refusal(query, resource).message).toContain(words);
  });

  it.each([
    ['customers', 'email:"Ada@rocketrides.io"', ['email:ada@rocketrides.io']],
    ['customers', 'name:"King Lovelace" metadata["order"]:"6735"', ['name:king', 'metadata[order]:6735']],
    ['payment_intents', 'customer:"cus_1" status:"succeeded"', ['customer:cus_1']],
    ['customers', 'email:"a" OR name:"b"', []],
    ['customers', '-email:"a" email~"abc" name:null name:""', []],
    ['charges', 'status:"succeeded" amount:1999', []],
  ] as const)('looks %s up by the selective clauses of %s', (resource, query, expected) => {
    expect(readSearch(resource, query).lookups.map(({ name, key }) => `${name}:${key}`)).toEqual(expected);
  });

  it('finds any text that is quoted as the language says', () => {
    const quoted = (text: string) => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, value) => {
        const query = `metadata[${quoted(key)}]:${quoted(value)}`;
        expect(parseQuery(query).clauses).toMatchObject([{ key, value }]);
        const { matches, lookups } = readSearch('charges', query);
        const row = { metadata: Object.fromEntries([[key, value]]) };
        expect(matches(row)).toBe(true);
        for (const lookup of lookups) expect(lookup.keysOf(row)).toContain(lookup.key);
      }),
    );
  });

  it('answers nonsense with Stripe’s 400, never with a crash or a hang', () => {
    const word = fc.constantFrom(
      'amount',
      'metadata',
      '["k"]',
      ':',
      '>=',
      '~',
      '"x"',
      "'",
      '\\',
      ' AND ',
      ' OR ',
      '-',
      '1',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word).map((words) => words.join('')),
          fc.string(),
        ),
        (query) => {
          try {
            matcher('charges', query)(ADA);
          } catch (error) {
            if (!(error instanceof StripeError)) throw error;
            expect(error.status).toBe(400);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
