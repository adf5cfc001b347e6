import { startTestApp, type TestApp } from '../../support/app.js';
import { basic } from '../../support/ghost.js';
import {
  failure,
  invalid,
  KOMOJU,
  type KomojuCaller,
  komojuCaller,
  missing,
  unreadable,
} from '../../support/komoju.js';
import { rawHttp, statusOf } from '../../support/raw-http.js';

let app: TestApp;
let komoju: KomojuCaller;
let customer: string;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  komoju = await komojuCaller(app);
  customer = await komoju.created({ email: 'before@example.com' });
});
afterAll(() => app.stop());

/** A request as a client writes it on the wire, headers and all. */
async function raw(method: string, path: string, headers: readonly string[], body: string | Buffer = '') {
  const lines = [
    `${method} ${KOMOJU}${path} HTTP/1.1`,
    'Host: api.example',
    `Authorization: ${basic(komoju.secretKey, '')}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  const text = await rawHttp(app.url, `${lines.join('\r\n')}\r\n\r\n${body.toString()}`);
  const json = text.slice(text.indexOf('\r\n\r\n') + 4);
  return {
    status: statusOf(text),
    body: JSON.parse(json.slice(json.indexOf('{'), json.lastIndexOf('}') + 1)) as object,
  };
}

describe('typical clients', () => {
  const token = 'email=test%40example.com&metadata[order_id]=abcdefg&payment_details=pm_card_visa';
  const stored = { status: 200, body: { email: 'test@example.com', metadata: { order_id: 'abcdefg' } } };

  it('curl’s form', async () => {
    const headers = ['User-Agent: curl/8.5.0', 'Accept: */*', 'Content-Type: application/x-www-form-urlencoded'];
    expect(await raw('POST', '', headers, token)).toMatchObject(stored);
    expect(await raw('PATCH', `/${customer}`, headers, 'metadata%5Border_id%5D=7')).toMatchObject({
      status: 200,
      body: { metadata: { order_id: '7' }, source: { brand: 'visa' } },
    });
    expect(await raw('DELETE', `/${await komoju.created()}`, headers, '{}')).toMatchObject({ status: 200 });
  });

  it('Ruby’s JSON', async () => {
    const headers = ['Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3', 'Content-Type: application/json'];
    const body = { email: 'test@example.com', metadata: { order_id: 'abcdefg' }, payment_details: 'pm_card_visa' };
    expect(await raw('POST', '', headers, JSON.stringify(body))).toMatchObject(stored);
  });

  it('Node’s, with a Content-Length and no Content-Type: a form', async () => {
    expect(await raw('POST', '', [], token)).toMatchObject(stored);
    expect(await raw('PATCH', `/${customer}`, [], 'email=')).toMatchObject({ status: 200, body: { email: null } });
    expect(await raw('POST', '', [], '{"payment_details":"pm_card_visa"}')).toMatchObject(missing('payment_details'));
    expect(await raw('POST', '', ['Content-Encoding: gzip'], token)).toMatchObject({ status: 415 });
  });

  it('bodies of no bytes, and of blanks', async () => {
    for (const headers of [[], ['Content-Type: application/json'], ['Content-Type: text/plain']])
      for (const body of headers.length === 0 ? ['', '&'] : ['', ' \r\n'])
        expect([headers, await raw('POST', '', headers, body)]).toMatchObject([headers, missing('payment_details')]);
    expect(await raw('PATCH', `/${customer}`, ['Content-Type: application/json'])).toMatchObject({ status: 200 });
    expect(await raw('DELETE', `/${await komoju.created()}`, [])).toMatchObject({ status: 200 });
  });
});

describe('forms that are refused', () => {
  it.each([
    ['email[a=b', unreadable('The form has a name whose brackets are not in pairs')],
    [`metadata${'[a]'.repeat(5_000)}=b`, unreadable('The form is nested deeper than 8 levels')],
    ['email=a&email=b', unreadable('The form has a field twice')],
    ['metadata[a]=1&metadata[a]=2', unreadable('The form has a field twice')],
    ['metadata=&metadata[a]=2', unreadable('The form has a field twice')],
    ['metadata[__proto__]=1', unreadable('The property name __proto__ is not allowed')],
    ['__proto__[a]=1', unreadable('The property name __proto__ is not allowed')],
    ['email=%ff', unreadable('The form is not percent-encoded UTF-8')],
    [
      Array.from({ length: 201 }, (_, i) => `metadata[${i}]=1`).join('&'),
      unreadable('The form has more than 200 fields'),
    ],
    [Array.from({ length: 60 }, (_, i) => `metadata[${i}]=1`).join('&'), invalid('metadata', /./)],
    ['metadata[constructor]=1', invalid('metadata', 'metadata must not have a property named constructor')],
    ['email[]=a%40example.com', invalid('email', /^email must/)],
    ['email[a]=b', invalid('email', /^email must/)],
    ['currency[]=JPY', invalid('currency', /^currency must/)],
    ['payment_details[]=pm_card_visa', missing('payment_details', 'payment_details[type]')],
    ['payment_details[number][a]=1&payment_details[type]=credit_card', invalid('payment_details', /number must/)],
    ['metadata[a]=b%00', invalid('metadata', 'metadata must not contain NUL or broken characters')],
  ])('%.60s', async (body, refusal) => {
    const { error } = refusal.body;
    const message = error.message instanceof RegExp ? expect.stringMatching(error.message) : error.message;
    expect(await komoju.form('PATCH', `/${customer}`, body)).toMatchObject({
      status: refusal.status,
      body: { error: { ...error, message } },
    });
  });

  it('in bytes that are no UTF-8, and too long', async () => {
    const headers = { authorization: basic(komoju.secretKey, ''), 'content-type': 'application/x-www-form-urlencoded' };
    const bytes = Buffer.concat([Buffer.from('email='), Buffer.from([0xff])]);
    expect(await app.http.request('PATCH', `${KOMOJU}/${customer}`, bytes, { headers })).toMatchObject(
      unreadable('The form is not UTF-8'),
    );
    const long = failure(413, 'request_too_large', 'The request is too large');
    expect(await komoju.form('PATCH', `/${customer}`, `email=${'x'.repeat(110_000)}`)).toMatchObject(long);
    expect(await komoju.form('DELETE', `/${customer}`, 'x'.repeat(110_000))).toMatchObject(long);
  });
});

describe('JSON that is refused', () => {
  it.each([
    ['{"email":', unreadable('The request body is not valid JSON')],
    ['{"metadata":{"__proto__":1}}', unreadable('The property name __proto__ is not allowed')],
    ['['.repeat(40) + ']'.repeat(40), unreadable('The JSON is nested deeper than 32 levels')],
    ['[]', unreadable('The request body must be a form or a JSON object')],
    ['7', unreadable('The request body must be a form or a JSON object')],
    [JSON.stringify({ email: 'x'.repeat(50_000) }), invalid('email', 'email is too long')],
    ['{"email":{"$gt":""}}', invalid('email', expect.stringMatching(/^email must/))],
    ['{"currency":"\\ud800ab"}', invalid('currency', expect.stringMatching(/^currency must/))],
    ['{"metadata":{"a":"\\ud800"}}', invalid('metadata', expect.stringMatching(/broken/))],
    ['{"payment_details":[]}', invalid('payment_details', 'payment_details must be an object')],
    ['{"payment_details":true}', invalid('payment_details', 'payment_details must be a token or a hash')],
    ['{"email":"4111111111111111@example.com"}', invalid('email', 'email must not contain a card number')],
  ])('%.60s', async (body, refusal) => {
    expect(await komoju.call('PATCH', `/${customer}`, body)).toMatchObject(refusal);
  });

  it('nothing of this has changed anything', async () => {
    expect(await komoju.ok('PATCH', `/${customer}`, {})).toMatchObject({ metadata: { order_id: '7' }, email: null });
  });
});

it.each([
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded; charset=latin1',
  'application/jsonx',
])('bodies of %s are not taken', async (type) => {
  expect(await komoju.call('POST', '', '{"payment_details":"pm_card_visa"}', { 'content-type': type })).toMatchObject(
    failure(415, 'unsupported_media_type', 'The body must be a form or JSON, in UTF-8'),
  );
});

it('unknown parameters are ignored', async () => {
  const answer = await komoju.form('POST', '', 'payment_details=pm_card_visa&id=mine&shoe[size]=42&$where=1');
  expect([answer.status, answer.body['id']]).toEqual([200, expect.not.stringMatching('mine')]);
});
