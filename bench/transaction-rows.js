// Transactions as the product stores them, one a minute back from now, and the searches that are asked of them.
const { PLAIN_SALE } = require('./plain-sale.js');

const SEED_AT_ONCE = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const idOf = (i) => `bench${String(i).padStart(15, '0')}`;
const statusOf = (i) => (i % 1_000 === 0 ? 'authorized' : i % 10 === 0 ? 'declined' : 'settled');

const addressOf = (i) => ({
  addressId: '',
  firstName: 'John',
  lastName: `Smith ${i % 5_000}`,
  company: 'Some Business',
  line1: '123 Some St',
  line2: '',
  city: ['Wheaton', 'Chicago', 'Aurora'][i % 3],
  state: 'IL',
  postalCode: '60187',
  country: 'US',
  email: `buyer${i % 50_000}@example.com`,
  phone: '3216540987',
  fax: '3216540987',
});

function rowOf(i, { userId, accountId }, now) {
  const createdAt = new Date(now - i * MINUTE_MS);
  const amount = (i * 7_919) % 10_000;
  return {
    ...PLAIN_SALE,
    _id: idOf(i),
    v: 3,
    w: `write${i}`,
    accountId,
    userId: i % 3 === 0 ? userId : `user${i % 3}`,
    status: statusOf(i),
    responseCode: 100,
    paymentId: `pay_${i}`,
    amountMinor: amount,
    authorizedMinor: amount,
    capturedMinor: amount,
    settledMinor: amount,
    description: 'Wholesale',
    orderId: `order${i}`,
    poNumber: i % 4 === 0 ? `po${i}` : '',
    ipAddress: '4.2.2.2',
    processorId: 'processor1',
    method: { type: 'card', brand: 'visa', maskedNumber: '401200******5439', expirationDate: '12/30' },
    responseId: `answer${i}`,
    answer: { authCode: 'TAS731', avs: 'Y', cvv: 'M', code: '00', text: 'APPROVAL TAS731' },
    answeredAt: createdAt,
    customerId: i % 4 === 0 ? `customer${i % 20_000}` : '',
    billingAddress: addressOf(i),
    shippingAddress: addressOf(i + 1),
    createdAt,
    updatedAt: createdAt,
    capturedAt: createdAt,
    settledAt: createdAt,
    leaseUntil: null,
    nextCheckAt: null,
  };
}

/** @param user `userId` and `accountId`; every third row is theirs */
async function seed(collection, user, size) {
  const now = Date.now();
  for (let from = 0; from < size; from += SEED_AT_ONCE) {
    const count = Math.min(SEED_AT_ONCE, size - from);
    await collection.insertMany(Array.from({ length: count }, (_, i) => rowOf(from + i, user, now)));
  }
}

const is = (value) => ({ operator: '=', value });
const isNot = (value) => ({ operator: '!=', value });

/** A day in the middle of the rows; all of them where they are fewer. */
function dayOf(size) {
  const start = Date.now() - Math.max((size * MINUTE_MS) / 2, DAY_MS);
  return { start_date: new Date(start).toISOString(), end_date: new Date(start + DAY_MS).toISOString() };
}

/** @type {Record<string, (about: {i: number, size: number, userId: string}) => object>} `i` is any row's number */
const SEARCHES = {
  'transaction id': ({ i }) => ({ transaction_id: is(idOf(i)) }),
  order: ({ i }) => ({ order_id: is(`order${i}`) }),
  'purchase order': ({ i }) => ({ po_number: is(`po${i - (i % 4)}`) }),
  customer: ({ i }) => ({ customer_id: is(`customer${(i - (i % 4)) % 20_000}`) }),
  'e-mail': ({ i }) => ({ billing_address: { email: is(`buyer${i % 50_000}@example.com`) } }),
  'last name': ({ i }) => ({ billing_address: { last_name: is(`Smith ${i % 5_000}`) } }),
  'status authorized': () => ({ status: is('authorized') }),
  'status declined': () => ({ status: is('declined') }),
  'status settled': () => ({ status: is('settled') }),
  user: ({ userId }) => ({ user_id: is(userId) }),
  day: ({ size }) => ({ created_at: dayOf(size) }),
  'day, other city': ({ size }) => ({ created_at: dayOf(size), billing_address: { city: isNot('Wheaton') } }),
  amount: () => ({ amount: { operator: '>', value: 5_000 } }),
  'other city': () => ({ billing_address: { city: isNot('Wheaton') } }),
  everything: () => ({}),
};

module.exports = { SEARCHES, seed };
