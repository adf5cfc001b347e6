// The four kinds of work, as requests that both subjects understand.
const { randomBytes } = require('node:crypto');
const { run } = require('./load.js');

const WORKS = ['create', 'confirm', 'read', 'list'];
const PAYMENTS_TO_LIST = 20;
/** Fewer where there are fewer payers. */
const READERS = 5;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const newCuid = () => `c${[...randomBytes(24)].map((byte) => ALPHABET[byte % 36]).join('')}`;

const demand = (ok, text) => {
  if (!ok) throw new Error(`not the answer it should be: ${text.slice(0, 300)}`);
};

/** The payers of one subject, and what they have. */
class Payers {
  constructor(client, tokens) {
    this.client = client;
    this.tokens = tokens;
    /** Created, not confirmed: what the next confirms take. */
    this.open = [];
    /** Tokens of payers with PAYMENTS_TO_LIST paid payments each, and one id of theirs. */
    this.readers = [];
  }

  /** Registers them; each has paid once, so that no Stripe Customer is made while the clock runs. */
  static async register(client, users) {
    const payers = new Payers(client, []);
    for (let i = 0; i < users; i++) payers.tokens.push(await payers.registerOne());
    await run(client, payers.creates(users));
    await run(client, payers.confirms());
    for (let i = 0; i < Math.min(READERS, users); i++) payers.readers.push(await payers.registerReader());
    return payers;
  }

  async registerOne() {
    const email = `payer-${randomBytes(8).toString('hex')}@example.com`;
    const body = { userName: 'Grace Hopper', email, password: 'password' };
    return JSON.parse(await this.client.send({ method: 'POST', path: '/user/register', body, status: 201 }))
      .access_token;
  }

  async registerReader() {
    const token = await this.registerOne();
    const { connections } = this.client;
    const one = { ...this.client, connections: 1 };
    await run(one, this.creates(1, token));
    await run({ ...one, connections }, this.creates(PAYMENTS_TO_LIST - 1, token));
    const id = this.open[0].id;
    await run({ ...one, connections }, this.confirms());
    return { token, id };
  }

  /** @returns the requests of one slice of that work */
  requests(work, count) {
    if (work === 'create') return this.creates(count);
    if (work === 'confirm') return this.confirms();
    return Array.from({ length: count * 3 }, (_, i) => this[work](this.readers[i % this.readers.length]));
  }

  creates(count, token) {
    return Array.from({ length: count }, (_, i) => {
      const payer = token ?? this.tokens[i % this.tokens.length];
      const cuid = newCuid();
      const check = (text) => {
        const { id, status, clientSecret } = JSON.parse(text);
        demand(status === 'requires_payment_method' && clientSecret.startsWith(id), text);
        this.open.push({ token: payer, cuid, id });
      };
      return { method: 'POST', path: '/payment', token: payer, body: { cuid }, status: 201, check };
    });
  }

  confirms() {
    return this.open.splice(0).map(({ token, cuid, id }) => ({
      method: 'POST',
      path: '/payment/confirm',
      token,
      body: { cuid, paymentId: id, paymentMethodId: 'pm_card_visa' },
      status: 201,
      check: (text) => demand(text.includes('"status":"succeeded"'), text),
    }));
  }

  read({ token, id }) {
    const check = (text) => demand(text.includes('"status":"succeeded"') && text.includes(id), text);
    return { method: 'GET', path: `/payment/${id}`, token, status: 200, check };
  }

  list({ token }) {
    const check = (text) => demand(text.split('"id":').length - 1 === PAYMENTS_TO_LIST, text);
    return { method: 'GET', path: '/payment', token, status: 200, check };
  }
}

module.exports = { Payers, WORKS };
