// The vault's three kinds of work, as requests that both subjects understand, and the customers that they are about.

const WORKS = ['create', 'read', 'search'];
const SEED_AT_ONCE = 1_000;

const demand = (ok, text) => {
  if (!ok) throw new Error(`not the answer it should be: ${text.slice(0, 300)}`);
};

const emailOf = (i) => `buyer${i}@example.com`;
const idOf = (i) => `buyer${i}`;

const bodyOf = (email) => ({
  description: 'Wholesale buyer',
  default_billing_address: {
    first_name: 'John',
    last_name: 'Smith',
    company: 'Some Business',
    line_1: '123 Some St',
    city: 'Wheaton',
    state: 'IL',
    postal_code: '60187',
    country: 'US',
    email,
    phone: '3216540987',
    fax: '3216540987',
  },
});

/** Fills the collection up to `size` with copies of a customer that the product made; e-mail and id are each one's own. */
async function seed(collection, made, size) {
  const { _id: _made, ...record } = await collection.findOne({ customerId: made });
  const [address] = record.addresses;
  const copy = (i) => ({
    ...record,
    _id: `seed${i}`,
    customerId: idOf(i),
    addresses: [{ ...address, id: `address${i}`, email: emailOf(i), phone: `55${i}`, lastName: `Smith ${i % 5_000}` }],
    createdAt: new Date(record.createdAt.getTime() - i * 1_000),
  });
  for (let from = 0; from < size; from += SEED_AT_ONCE) {
    const count = Math.min(SEED_AT_ONCE, size - from);
    await collection.insertMany(Array.from({ length: count }, (_, i) => copy(from + i)));
  }
}

/** @param {number} size so many customers are seeded @returns the requests of one slice */
function requests(work, { token, size }, count) {
  const make = MAKE[work];
  return Array.from({ length: count }, () => ({ token, status: 200, ...make(Math.floor(Math.random() * size)) }));
}

let created = 0;

const MAKE = {
  create: () => ({
    method: 'POST',
    path: '/api/vault/customer',
    body: bodyOf(`new${process.pid}.${created++}@example.com`),
    check: (text) => demand(text.includes('"status":"success"') && text.includes('Wholesale buyer'), text),
  }),
  read: (i) => ({
    method: 'GET',
    path: `/api/vault/${idOf(i)}`,
    check: (text) => demand(text.includes(`"${emailOf(i)}"`), text),
  }),
  search: (i) => ({
    method: 'POST',
    path: '/api/vault/customer/search',
    body: { email: { operator: '=', value: emailOf(i) }, limit: 10 },
    check: (text) => demand(text.includes('"total_count":1,') && text.includes(`"${idOf(i)}"`), text),
  }),
};

module.exports = { WORKS, bodyOf, requests, seed };
