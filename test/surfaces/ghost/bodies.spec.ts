import { startTestApp, type TestApp } from '../../support/app.js';
import { badRequest, basic, failure, GHOST, type GhostCaller, ghostCaller } from '../../support/ghost.js';

let app: TestApp;
let ghost: GhostCaller;
let customer: string;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  ghost = await ghostCaller(app);
  customer = String((await ghost.doc('POST', '/customers', { description: 'before' }))['id']);
});
afterAll(() => app.stop());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const form = (method: string, path: string, body: string, type = FORM['content-type']) =>
  ghost.call(method, path, body, { 'content-type': type });

describe('a form', () => {
  it('creates and changes a customer', async () => {
    const made = await form('POST', '/customers', 'email=buyer%40example.com&description=Caf%C3%A9+%26+more');
    expect([made.status, made.body]).toMatchObject([
      201,
      { doc: { email: 'buyer@example.com', description: 'Café & more' } },
    ]);
    const { id } = made.body['doc'] as { id: string };
    const changed = await form('PUT', `/customers/${id}`, 'email=&shoe=42', `${FORM['content-type']}; charset=UTF-8`);
    expect(changed.body).toMatchObject({ doc: { email: null, description: 'Café & more' } });
  });

  it('stores a card', async () => {
    const card = await form(
      'POST',
      `/customers/${customer}/cards`,
      'number=4242424242424242&expMonth=02&expYear=2038&cvc=123',
    );
    expect([card.status, card.body]).toMatchObject([201, { doc: { last4: '4242', expMonth: '02', expYear: '2038' } }]);
    expect((await form('POST', `/customers/${customer}`, 'token=pm_card_visa')).status).toBe(201);
  });

  it('may be empty', async () => {
    for (const body of ['', '&', ' ']) expect((await form('POST', '/customers', body)).status).toBe(201);
  });

  it.each([
    ['email=nobody', 'email must be an email'],
    ['email[]=a@example.com&description=%zz', 'The form is not percent-encoded UTF-8'],
    ['description=%C3', 'The form is not percent-encoded UTF-8'],
    ['description=a&description=b', 'The form has a field twice'],
    ['__proto__=x', 'The property name __proto__ is not allowed'],
    [
      'a=1&'.repeat(1) + Array.from({ length: 201 }, (_, i) => `f${i}=1`).join('&'),
      'The form has more than 200 fields',
    ],
    [`description=${'a%CC%80'.repeat(1)}${'%CC%80'.repeat(200)}`, expect.stringMatching(/combining marks/)],
    ['description=a%00b', 'description must not contain NUL or broken characters'],
  ])('is refused: %s', async (body, message) => {
    expect(await form('POST', '/customers', body)).toMatchObject(badRequest(message));
  });

  it('takes names with brackets for what it does not know', async () => {
    const made = await form('POST', '/customers', 'description[$ne]=x&email%5B%5D=a');
    expect([made.status, made.body]).toMatchObject([201, { doc: { email: null, description: null } }]);
  });

  it('is refused in bytes that are no UTF-8, and too long', async () => {
    const headers = { ...FORM, authorization: basic(ghost.publicKey, ghost.secretKey) };
    const bytes = Buffer.concat([Buffer.from('description='), Buffer.from([0xff])]);
    expect(await app.http.post(`${GHOST}/customers`, bytes, { headers })).toMatchObject(
      badRequest('The form is not UTF-8'),
    );
    expect(await form('POST', '/customers', `description=${'x'.repeat(110_000)}`)).toMatchObject(
      failure(413, 'Request too large', 'Payload Too Large'),
    );
  });
});

describe('other bodies', () => {
  it.each([
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=latin1',
    'application/jsonx',
  ])('of %s are not taken', async (type) => {
    expect(await form('POST', '/customers', '{"description":"some text"}', type)).toMatchObject(
      failure(415, 'Unsupported media type', 'Unsupported Media Type'),
    );
  });

  it('compressed ones are not, JSON or form', async () => {
    for (const type of ['application/json', FORM['content-type']]) {
      const headers = { 'content-type': type, 'content-encoding': 'gzip' };
      expect((await ghost.call('POST', '/customers', 'x'.repeat(30), headers)).status).toBe(415);
    }
  });

  it.each([
    ['no JSON', '{"description":', 'The request body is not valid JSON'],
    ['a prototype', '{"__proto__":{"description":"x"}}', 'The property name __proto__ is not allowed'],
    ['deep', '['.repeat(40) + ']'.repeat(40), 'The JSON is nested deeper than 32 levels'],
    ['a list', '[{"description":"x"}]', 'the body must be a JSON object'],
    ['a long text', JSON.stringify({ description: 'x'.repeat(50_000) }), 'description is too long'],
    ['an operator', '{"description":{"$gt":""}}', 'description must be a string'],
    ['half a pair', '{"description":"\\ud800"}', 'description must not contain NUL or broken characters'],
  ])('%s is refused', async (_name, body, message) => {
    expect(await ghost.call('PUT', `/customers/${customer}`, body)).toMatchObject(badRequest(message));
    expect(await ghost.doc('GET', `/customers/${customer}`)).toMatchObject({ description: 'before' });
  });

  it('too long is refused on a DELETE too', async () => {
    expect((await ghost.call('DELETE', `/customers/${customer}`, 'x'.repeat(110_000))).status).toBe(413);
  });

  it('that of a DELETE is not looked at', async () => {
    for (const body of ['{', 'a=b', '{"email":1}']) {
      const id = String((await ghost.doc('POST', '/customers', {}))['id']);
      const answer = await ghost.call('DELETE', `/customers/${id}`, body, { 'content-type': 'text/plain' });
      expect([body, answer.status]).toEqual([body, 200]);
    }
  });
});

describe('slashes in a row', () => {
  const plain = (method: string, path: string, body?: object) =>
    app.http.request(method, path, body, {
      check: false, // the document writes each address once
      headers: { authorization: basic(ghost.publicKey, ghost.secretKey) },
    });

  it.each([
    '/ghost//api/v1/customers/%',
    '//ghost/api/v1/customers//%',
    '/ghost/api///v1/customers/%?next=//elsewhere',
    '/gho%73t//api/v1/customers/%',
  ])('%s is the address with one', async (path) => {
    const at = path.replace(/%$|%(?=\?)/, customer);
    expect(await plain('GET', at)).toMatchObject({ status: 200, body: { doc: { id: customer } } });
    expect(await plain('POST', at, { token: 'pm_card_visa' })).toMatchObject({ status: 201 });
  });

  it('are none elsewhere, and an escaped one is none', async () => {
    for (const path of ['//docs', '//api/user', '/api//user', '//user/login', `/ghost/api/v1%2f/customers/${customer}`])
      expect([path, (await plain('GET', path)).status]).toEqual([path, 404]);
  });
});
