import { Logger } from '@nestjs/common';
import { createLogger } from '../../src/platform/logging/logger.js';
import { prettyLine } from '../../src/platform/logging/pretty.js';
import { scrub, scrubLines } from '../../src/platform/logging/scrub.js';
import { startTestApp, TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';

/** One of each kind, with a core that may never be seen. */
const SECRETS: Readonly<Record<string, readonly [text: string, core: string]>> = {
  'secret key': ['sk_test_51PLANTEDsecretkey', 'PLANTEDsecretkey'],
  'restricted key': ['rk_live_51PLANTEDrestricted', 'PLANTEDrestricted'],
  'webhook secret': ['whsec_PLANTEDwebhook/+=', 'PLANTEDwebhook'],
  'client secret': ['pi_3PLANTED_secret_PLANTEDclient', 'PLANTEDclient'],
  'setup secret': ['seti_1PLANTED_secret_PLANTEDsetup', 'PLANTEDsetup'],
  JWT: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJQTEFOVEVEIn0.PLANTEDsignature', 'PLANTEDsignature'],
  'key of an account': ['gsk_PLANTEDsecretofanaccount01234', 'PLANTEDsecretofanaccount'],
  'key of komoju': ['sk_PLANTEDsecretofkomoju0123456789', 'PLANTEDsecretofkomoju'],
  'key of census': ['csk_PLANTEDsecretofcensus012345678', 'PLANTEDsecretofcensus'],
  'bearer header': ['Bearer PLANTEDopaquetoken', 'PLANTEDopaquetoken'],
  'basic header': ['Basic UExBTlRFRDpzZWNyZXQ=', 'UExBTlRFRDpzZWNyZXQ'],
  'password in a query': ['/user?password=PLANTEDpassword&a=1', 'PLANTEDpassword'],
  'password in JSON': ['{"password":"PLANTEDjson"}', 'PLANTEDjson'],
  'database address': ['mongodb+srv://app:PLANTEDpw@cluster0.example.net/db', 'PLANTEDpw'],
  'bcrypt hash': ['$2b$12$PLANTEDPLANTEDPLANTEDPLANTEDPLANTED', 'PLANTEDPLANTED'],
  'card number': ['4242 4242 4242 4242', '4242'],
  'card number without spaces': ['card=5555555555554444.', '5555555555554444'],
  'e-mail address': ['to planted.person@example.com', 'planted.person'],
  'e-mail address as a value': ['MAIL_TO=planted.person@example.com', 'planted.person'],
};

const written: string[] = [];
const logger = createLogger({ level: 'trace', format: 'json' }, { write: (line) => void written.push(line) });
const last = (): string => written.at(-1) ?? '';

describe.each(Object.entries(SECRETS))('a %s', (_kind, [text, core]) => {
  it.each<[string, () => void]>([
    ['the message', () => logger.info(`before ${text} after`)],
    ['a message with fields', () => logger.info({ detail: 'x' }, `before ${text} after`)],
    ['printf parameters', () => logger.info('before %s after', text)],
    ['a listed field', () => logger.info({ detail: text }, 'm')],
    ['an unlisted field', () => logger.info({ body: { anything: text } }, 'm')],
    ['a nested field', () => logger.info({ detail: { deep: [{ deeper: text }] } }, 'm')],
    ['a field’s name', () => logger.info({ [text]: 1, detail: { [text]: 1 } }, 'm')],
    ['an error’s message', () => logger.error({ err: new Error(text) }, 'm')],
    ['an error as it is', () => logger.error(new Error(text))],
    ['an error’s cause', () => logger.error({ err: new Error('outer', { cause: new Error(text) }) }, 'm')],
    [
      'what is hung on an error',
      () => logger.error({ err: Object.assign(new Error('e'), { raw: text, headers: { a: text } }) }),
    ],
    ['a stack', () => logger.error({ stack: `Error: ${text}\n    at there` }, 'm')],
  ])('in %s is not written', (_place, write) => {
    const before = written.length;
    write();
    expect(written.length).toBe(before + 1);
    expect(last()).not.toContain(core);
  });
});

describe('what is said by name', () => {
  it.each([
    'password',
    'client_secret',
    'clientSecret',
    'access_token',
    'authorization',
    'cookie',
    'apiKey',
    'cvc',
    'number',
  ])('%s is never written, whatever it looks like', (name) => {
    logger.info({ detail: { [name]: 'plain words' } }, 'm');
    expect(last()).not.toContain('plain words');
  });

  it('unlisted fields are named, not written', () => {
    logger.info({ body: 'x', detail: 'y' }, 'm');
    expect(JSON.parse(last())).toMatchObject({ detail: 'y', dropped: ['body'], msg: 'm' });
  });
});

describe('a line stays a line', () => {
  const TRICKS = [
    'a\r\n{"level":60,"msg":"forged"}',
    'a\u001b[31mred\u001b[0m',
    'a\u001b]0;title\u0007b',
    'a\u2028b',
    'a\u0000b',
    'a\u009b31mb',
  ];

  it.each(TRICKS)('with %j in it', (trick) => {
    logger.info({ detail: trick, userId: trick }, trick);
    expect(last().trimEnd().split('\n')).toHaveLength(1);
    const parsed = JSON.parse(last()) as Record<string, string>;
    for (const value of [parsed['detail'], parsed['userId'], parsed['msg']]) {
      // oxlint-disable-next-line no-control-regex
      expect(value).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/);
    }
  });

  it.each(TRICKS)('also for people, with %j in it', (trick) => {
    logger.info({ detail: trick }, trick);
    const pretty = prettyLine(last());
    expect(pretty.trimEnd().split('\n')).toHaveLength(1);
    expect(pretty).not.toContain('\u001b');
  });
});

it('what is no secret stays readable', () => {
  const plain =
    'payment pi_3OabcDEF of user 5f9f1c9b9c9c9c9c9c9c9c9c at 1795259549000 took 12 ms, 2026-11-21T11:16:12.202Z';
  expect(scrub(plain)).toBe(plain);
});

it('a setting that is an e-mail address keeps its name', () => {
  expect(scrub('ADMIN_EMAIL=boss@example.com, PORT=1')).toBe('ADMIN_EMAIL=[e-mail], PORT=1');
});

it('the files of a stack trace stay readable', () => {
  const line = '    at Injector.load (file:///srv/app/node_modules/@nestjs/core/injector/injector.js:54:31)';
  expect(scrubLines(line)).toBe(line);
});

it('a hostile line costs little', () => {
  const began = performance.now();
  for (const text of ['a@'.repeat(50_000), 'sk_test_'.repeat(10_000), '4 '.repeat(50_000), `eyJ${'a.'.repeat(50_000)}`])
    scrub(text);
  // Milliseconds where a pattern that goes back over what it has read takes minutes; the bound is for a busy machine.
  expect(performance.now() - began).toBeLessThan(15_000);
});

describe('the app', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.stop());

  it('writes one line per request, with the pattern instead of the address', async () => {
    const { token, userId } = await test.register();
    logs.clear();
    const { headers } = await test.http.get(`/user/${userId}?secret=PLANTED`, {
      token,
      headers: { 'x-correlation-id': 'their-id' },
    });
    const [line, ...more] = logs.lines.filter(({ msg }) => msg === 'request');
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      correlationId: headers.get('x-correlation-id'),
      clientCorrelationId: 'their-id',
      method: 'GET',
      route: '/user/:id',
      status: 200,
      ms: expect.any(Number),
      userId,
    });
    expect(logs.text).not.toContain('PLANTED');
  });

  it('also for an address that no route can be looked up for', async () => {
    logs.clear();
    const { headers } = await test.http.get('/user/%E0%A4%A?token=PLANTED');
    expect(logs.lines).toEqual([
      expect.objectContaining({ correlationId: headers.get('x-correlation-id'), route: '(none)', status: 400 }),
    ]);
    expect(logs.text).not.toContain('PLANTED');
  });

  it.each(['a b', 'x'.repeat(65), '"},{"', 'a%0d%0ab'])('a client’s id such as %j is not even noted', async (id) => {
    logs.clear();
    await test.http.get('/user', { headers: { 'x-correlation-id': id } });
    expect(logs.lines.find(({ msg }) => msg === 'request')?.['clientCorrelationId']).toBeUndefined();
  });

  it('carries the correlation id into what is logged on the way', async () => {
    logs.clear();
    const spy = jest.spyOn(
      test.app.get((await import('../../src/platform/operations/store-watch.js')).StoreWatch),
      'ping',
    );
    spy.mockImplementationOnce(async () => new Logger('Planted').warn('on the way'));
    const { headers } = await test.http.get('/health/ready');
    const line = logs.lines.find(({ msg }) => msg === 'on the way');
    expect(line).toMatchObject({ context: 'Planted', correlationId: headers.get('x-correlation-id') });
  });

  it('writes no secret while a user registers, logs in and pays', async () => {
    logs.clear();
    const { token, email } = await test.register('planted.payer@example.com');
    await test.http.post('/user/login', { email, password: 'password' });
    await test.http.post('/user/login', { email, password: 'PLANTED-wrong-password' });
    const made = await test.http.post('/payment', { cuid: 'cplantedplantedplanted000' }, { token });
    expect(made.status).toBe(201);
    const { id, clientSecret } = made.body;
    await test.http.post(
      '/payment/confirm',
      { cuid: 'cplantedplantedplanted000', paymentId: id, paymentMethodId: 'pm_card_visa' },
      { token },
    );
    await test.http.get(`/checkout/return?payment_intent_client_secret=${String(clientSecret)}`, { check: false });
    await test.http.post('/user/login', '{"password": "PLANTED-in-bad-json"', {});
    await test.http.get('/nowhere?token=PLANTED-in-query');
    expect(logs.lines.filter(({ msg }) => msg === 'request').length).toBeGreaterThanOrEqual(8);
    for (const secret of [
      token,
      String(clientSecret),
      'PLANTED',
      email,
      TEST_STRIPE_KEY,
      TEST_WEBHOOK_SECRET,
      '_secret_',
    ]) {
      expect(logs.text).not.toContain(secret);
    }
    expect(logs.text).not.toMatch(/\$2[aby]\$|"password"/);
  });
});
