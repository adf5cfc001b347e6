import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { createIntent, refused, RETURN_URL, type Running, start, until } from './support.js';

describe('the dashboard', () => {
  let running: Running;
  let stripe: Stripe;
  let shop: Server;
  let answers: number[];
  beforeEach(async () => {
    running = await start();
    stripe = running.stripe;
    answers = [];
    shop = createServer((request, response) => {
      request.resume();
      const status = answers.shift() ?? 200;
      response.writeHead(status).end(status === 200 ? 'thank you' : 'the shop <b>burns</b>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => shop.once('listening', resolve));
  });
  afterEach(async () => {
    await running.close();
    shop.closeAllConnections();
    await new Promise((resolve) => shop.close(resolve));
  });

  const see = async (path: string) => {
    const answer = await fetch(running.url + path);
    return { status: answer.status, headers: answer.headers, html: await answer.text() };
  };
  /** As a browser sends a form of the dashboard itself. */
  const press = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    fetch(running.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: running.url, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(form),
    });
  const listen = () => {
    const { port } = shop.address() as AddressInfo;
    return stripe.webhookEndpoints.create({ url: `http://127.0.0.1:${port}/hook`, enabled_events: ['*'] });
  };
  const pay = (more: Partial<Stripe.PaymentIntentCreateParams> = {}, idempotencyKey = 'key-1') =>
    stripe.paymentIntents.create(
      { amount: 1999, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, return_url: RETURN_URL, ...more },
      { idempotencyKey },
    );

  it('runs nothing that anybody typed, and nothing from elsewhere', async () => {
    const evil = '<script>alert(1)</script>"\'&';
    const { id: customer } = await stripe.customers.create({ name: evil });
    const intent = await pay({ customer, description: evil, metadata: { [`a"><img src=x>`]: evil } }, '<i>k</i>');
    const { data } = await stripe.events.list();
    const pages = ['/', '/payments', `/payments/${intent.id}`, '/events', `/events/${data[0]?.id}`, '/requests'];
    pages.push(`/requests?key=${encodeURIComponent(evil)}`, `/payments?customer=${encodeURIComponent(evil)}`);
    pages.push(`/events?type=${encodeURIComponent(evil)}`, '/webhooks', '/faults');
    for (const path of pages) {
      const { status, headers, html } = await see(path);
      expect([path, status]).toEqual([path, 200]);
      expect(html).not.toMatch(/<script|<img|<i>/i);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
      expect(policy).toContain("form-action 'self'; frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
    }
    expect((await see('/payments')).html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  });

  it('shows a payment with its attempts, refunds, events and requests', async () => {
    await listen();
    const { id } = await createIntent(stripe, { description: 'Order 7', metadata: { payment_id: 'p-7' } });
    const declined = { payment_method: 'pm_card_chargeDeclined', return_url: RETURN_URL };
    await refused(stripe.paymentIntents.confirm(id, declined, { idempotencyKey: 'first-try' }));
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: RETURN_URL });
    await stripe.refunds.create({ payment_intent: id, amount: 500 });
    const other = await pay();
    const { html } = await see(`/payments/${id}`);
    for (const text of [
      '$19.99 USD',
      'Order 7',
      'p-7',
      'Your card was declined.',
      '$5.00 USD',
      'first-try',
      'charge.refunded',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).toContain(`/v1/payment_intents/${id}/confirm`);
    expect(html).toContain('<strong>POST</strong> /v1/payment_intents<');
    expect(html).toContain('/v1/refunds');
    expect(html).not.toContain(other.id);
    expect((await see('/payments')).html).toContain(other.id);
    expect((await see('/payments/pi_nobody')).status).toBe(404);
  });

  it('shows who was asked to authenticate, and where', async () => {
    const { id } = await pay({ payment_method: 'pm_card_threeDSecure2Required', amount: 777 });
    const link = /href="(\/3d_secure_2\/hosted\?source=\w+)"/;
    for (const path of ['/', `/payments/${id}`]) {
      const page = link.exec((await see(path)).html)?.[1] ?? '';
      expect((await see(page)).html).toContain('$7.77 USD');
    }
    await running.sim('POST', `3ds/${id}`, { outcome: 'complete' });
    expect((await see('/')).html).not.toMatch(link);
  });

  it('shows the attempts to deliver an event, what was answered, and sends it again', async () => {
    await listen();
    answers.push(500);
    await stripe.customers.create({ name: 'Ada' });
    const [event] = (await stripe.events.list()).data;
    const page = async () => (await see(`/events/${event?.id}`)).html;
    await until(async () => (await page()).includes('500 retrying'));
    expect(await page()).toContain('the shop &#60;b&#62;burns&#60;/b&#62;');
    const pressed = await press(`/events/${event?.id}/resend`);
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, `/events/${event?.id}`]);
    await until(async () => (await page()).includes('200 delivered'));
    expect(await page()).toContain('thank you');
    expect((await see('/webhooks')).html).toContain('thank you');
  });

  it('finds requests by their idempotency key', async () => {
    await pay({}, 'order-7/create');
    await pay({}, 'order-7/create');
    await pay({}, 'order-8/create');
    const { html } = await see('/requests?key=order-7');
    expect(html.match(/order-7\/create<\/code>/g)).toHaveLength(2);
    expect(html).toContain('replayed');
    expect(html).not.toContain('order-8');
    const one = (await stripe.events.list({ type: 'payment_intent.created' })).data[0]?.request?.id;
    expect((await see(`/requests?id=${one}`)).html.match(/<tr>/g)).toHaveLength(2);
  });

  it('moves the clock', async () => {
    const before = (await running.sim('GET', 'clock')).now;
    await press('/clock', { advance: '86400000' });
    expect((await running.sim('GET', 'clock')).now - before).toBeGreaterThanOrEqual(86_400_000);
    await press('/clock', { freeze: 'true' });
    expect((await running.sim('GET', 'clock')).frozen).toBe(true);
    expect((await see('/')).html).toContain('Standing still');
    await press('/clock', { freeze: 'false' });
    expect((await running.sim('GET', 'clock')).frozen).toBe(false);
    expect((await press('/clock', { advance: 'soon' })).status).toBe(303);
  });

  it('sets faults, says what is wrong with one, and deletes them', async () => {
    const form = {
      type: 'status',
      path: '/v1/balance',
      method: 'GET',
      times: '0',
      status: '503',
      when: 'before',
      ms: '',
      pi: '',
    };
    expect((await press('/faults', form)).headers.get('location')).toBe('/faults');
    expect((await running.get('/v1/balance')).status).toBe(503);
    const { html } = await see('/faults');
    expect(html).toContain('1 of any number');
    const [, id] = /\/faults\/(fault_\d+)\/delete/.exec(html) ?? [];
    await press(`/faults/${id}/delete`);
    expect((await running.get('/v1/balance')).status).toBe(200);
    const wrong = await press('/faults', { ...form, times: '-1' });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('times must be a number');
    await press('/faults', form);
    await press('/faults', { ...form, type: 'hold' });
    await press('/faults/delete');
    expect((await running.sim('GET', 'faults')).faults).toEqual([]);
  });

  it('disturbs webhooks, and stops it', async () => {
    const calm = { drop: '0', duplicate: '0', reorder_ms: '0', delay_ms: '0', stale_seconds: '0', all: '1' };
    await press('/webhooks', { ...calm, duplicate: '0.5', corrupt_signature: 'on' });
    expect(await running.sim('GET', 'webhooks')).toMatchObject({ duplicate: 0.5, corrupt_signature: true });
    expect((await see('/')).html).toContain('corrupt_signature');
    await press('/webhooks', { paused: 'true' });
    expect(await running.sim('GET', 'webhooks')).toMatchObject({ paused: true, duplicate: 0.5 });
    expect((await press('/webhooks', { ...calm, drop: '7' })).status).toBe(400);
    await press('/webhooks', { paused: 'false' });
    await press('/webhooks', calm);
    expect(await running.sim('GET', 'webhooks')).toMatchObject({
      paused: false,
      duplicate: 0,
      corrupt_signature: false,
    });
  });

  it('does nothing for forms of other pages', async () => {
    const { now } = await running.sim('GET', 'clock');
    const paths = ['/clock', '/faults', '/faults/delete', '/webhooks', '/events/evt_1/resend'];
    const strangers: Record<string, string>[] = [
      { origin: 'https://evil.test' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ];
    for (const headers of strangers) {
      for (const path of paths) expect((await press(path, { advance: '86400000' }, headers)).status).toBe(403);
    }
    expect((await running.sim('GET', 'clock')).now - now).toBeLessThan(60_000);
    expect((await press('/nowhere')).status).toBe(404);
  });

  it('is paged by cursors', async () => {
    const made: string[] = [];
    for (let n = 0; n < 120; n++) made.push((await createIntent(stripe, { amount: 100 + n })).id);
    const seen: string[] = [];
    let path: string | undefined = '/payments';
    for (let pages = 0; path !== undefined && pages < 5; pages++) {
      const { html } = await see(path);
      seen.push(...[...html.matchAll(/<code>(pi_\w+)<\/code>/g)].map(([, id]) => String(id)));
      path = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&#38;', '&');
    }
    expect(seen).toEqual(made.reverse());
    expect((await see('/requests?before=51')).html.match(/<tr>/g)).toHaveLength(51);
  });
});
