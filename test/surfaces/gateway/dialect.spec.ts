import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, unauthorized } from '../../support/gateway.js';

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
});
afterAll(() => app.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Sent as it is, without the client's own content type. */
const send = (method: string, path: string, headers: Record<string, string>, body?: string) =>
  app.http.request(method, path, body, { headers: { authorization: admin.key, ...headers } });

describe('bodies', () => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['an empty body', 'POST', '', json],
    ['an empty body with a charset', 'POST', '', { 'content-type': 'application/json; charset=utf-8' }],
    ['null', 'POST', 'null', json],
    ['an empty object', 'POST', '{}', json],
  ])('%s changes nothing and is fine', async (_name, method, body, headers) => {
    expect((await send(method, `/api/user/${admin.userId}`, headers, body)).status).toBe(200);
  });

  it('no body and no content type is an empty one', async () => {
    const answer = await app.http.request('POST', `/api/user/${admin.userId}`, undefined, {
      headers: { authorization: admin.key },
    });
    expect(answer.status).toBe(200);
  });

  it('an empty body with a JSON content type on DELETE, and a JSON body', async () => {
    const unknown = '/api/user/00000000000000000000';
    expect(await send('DELETE', unknown, json, '')).toMatchObject(notFound);
    expect(await send('DELETE', unknown, json, '{"a":[null,""]}')).toMatchObject(notFound);
  });

  it('no body is an empty one, whatever its content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await send('POST', `/api/user/${admin.userId}`, { 'content-type': type }, '');
      expect(answer).toMatchObject({ status: 200, body: { msg: 'success' } });
    }
  });

  it.each([
    ['half a body', 'application/json', '{"a":'],
    ['a form', 'application/x-www-form-urlencoded', 'a=b'],
    ['no body, with a form’s content type', 'application/x-www-form-urlencoded', ''],
  ])('%s on DELETE is not looked at', async (_name, type, body) => {
    const { id } = (await admin.call('POST', '/api/user/apikey', { type: 'api', name: 'one' })).body['data'] as {
      id: string;
    };
    expect((await send('DELETE', `/api/user/apikey/${id}`, { 'content-type': type }, body)).status).toBe(200);
  });

  it('a body on GET is not looked at', async () => {
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: admin.key, 'content-type': 'application/json', 'content-length': '9' };
      request(`${app.url}/api/user`, { method: 'GET', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end('{"a":"b"}');
    });
    expect(status).toBe(200);
  });

  it.each([
    ['half a body', '{"name": "a', 400, 'bad request error: The request body is not valid JSON'],
    [
      'a trap',
      '{"__proto__": {"role": "admin"}}',
      400,
      'bad request error: The property name __proto__ is not allowed',
    ],
    ['a list', '[]', 400, 'bad request error: the body must be a JSON object'],
    ['more than a megabyte', JSON.stringify({ name: 'n'.repeat(1_048_576) }), 413, 'request too large'],
  ])('%s', async (_name, body, status, msg) => {
    const answer = await send('POST', `/api/user/${admin.userId}`, json, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: failed(msg) });
  });

  it('half a megabyte is not too much', async () => {
    const body = JSON.stringify({ whatever: 'n'.repeat(500_000) });
    expect((await send('POST', `/api/user/${admin.userId}`, json, body)).status).toBe(200);
  });

  it('another content type is 415', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/xml']) {
      const answer = await send('POST', '/api/user', { 'content-type': type }, 'name=a');
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 415,
        body: failed('unsupported media type'),
      });
    }
  });
});

describe('addresses', () => {
  it.each(['/api', '/api/', '/api/nowhere', '/api/user/a/b', '/api/api/user'])('%s is not found', async (path) => {
    const answer = await send('GET', path, {});
    expect({ status: answer.status, body: answer.body }).toEqual(notFound);
  });

  it.each([
    ['PUT', '/api/user'],
    ['PATCH', '/api/user/b89227ij8m0nuanr1tk0'],
    ['DELETE', '/api/users'],
    ['GET', '/api/token-auth'],
  ])('%s %s is not allowed', async (method, path) => {
    const answer = await send(method, path, {});
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 405, body: failed('method not allowed') });
  });

  it('an address that cannot be read is refused in the same language', async () => {
    const answer = await send('GET', '/api/user/%E0%A4%A', {});
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 400,
      body: failed('bad request error: The address is not valid'),
    });
  });

  it('the storefront’s language is not touched', async () => {
    expect((await app.http.get('/nowhere')).body).toMatchObject({ statusCode: 404 });
    expect((await app.http.get('/apiary')).body).toMatchObject({ statusCode: 404 });
  });
});

describe('headers', () => {
  it('every answer has a fresh correlation id and is not to be kept', async () => {
    const answers = [
      await send('GET', '/api/user', { 'x-correlation-id': 'mine' }),
      await send('GET', '/api/nowhere', {}),
      await send('PUT', '/api/user', {}),
      await send('GET', '/api/user', { authorization: 'api_wrong' }),
      await send('GET', '/api/user/%E0%A4%A', {}),
      await send('POST', '/api/user', { 'content-type': 'text/plain' }, 'a'),
    ];
    const ids = answers.map(({ headers }) => headers.get('x-correlation-id'));
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
    expect(answers[3]).toMatchObject(unauthorized);
  });
});
