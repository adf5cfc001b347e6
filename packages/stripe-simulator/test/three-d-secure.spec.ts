import { type Running, createIntent, start } from './support.js';

describe('the 3-D Secure page', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.close());

  const ask = async (return_url?: string) => {
    const { id, client_secret } = await createIntent(running.stripe, { amount: 123_45, currency: 'eur' });
    const asked = await running.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_threeDSecure2Required',
      ...(return_url === undefined ? { use_stripe_sdk: true } : { return_url }),
    });
    const next = JSON.stringify(asked.next_action);
    return { id, client_secret, url: /"(http:[^"]+hosted[^"]+)"/.exec(next)?.[1] ?? '' };
  };
  const submit = (url: string, outcome: string) =>
    fetch(url.split('?')[0] ?? '', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ source: new URL(url).searchParams.get('source') ?? '', outcome }),
    });

  it('shows amount, merchant and both buttons, and loads nothing from elsewhere', async () => {
    const { url, id } = await ask('https://shop.test/back');
    const answer = await fetch(url);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const part of ['€123.45', 'Test merchant', id, 'value="complete"', 'value="fail"', 'lang="en"']) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/(src|href)="(?!data:)/);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each([
    ['complete', 'succeeded', 'succeeded'],
    ['fail', 'failed', 'requires_payment_method'],
  ])('%s goes back to the shop', async (outcome, redirectStatus, status) => {
    const { id, client_secret, url } = await ask('https://shop.test/back?order=7#top');
    const answer = await submit(url, outcome);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(
      `https://shop.test/back?order=7&payment_intent=${id}&payment_intent_client_secret=${client_secret}&redirect_status=${redirectStatus}#top`,
    );
    expect((await running.stripe.paymentIntents.retrieve(id)).status).toBe(status);
    expect((await fetch(url)).status).toBe(410);
    expect((await submit(url, 'complete')).status).toBe(410);
    expect((await running.stripe.paymentIntents.retrieve(id)).status).toBe(status);
  });

  it('shows the result where there is no way back', async () => {
    const { url } = await ask();
    const answer = await submit(url, 'complete');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Authentication completed');
  });

  it('is void after a cancel', async () => {
    const { url, id } = await ask('https://shop.test/back');
    await running.stripe.paymentIntents.cancel(id);
    expect((await submit(url, 'complete')).status).toBe(410);
    expect((await running.stripe.paymentIntents.retrieve(id)).status).toBe('canceled');
  });

  it('knows no other source', async () => {
    expect((await fetch(`${running.url}/3d_secure_2/hosted?source=src_x`)).status).toBe(410);
  });

  it('has a dashboard beside it', async () => {
    const { id } = await ask('https://shop.test/back');
    const text = await (await fetch(`${running.url}/`)).text();
    for (const part of [id, 'payment_intent.requires_action', '€123.45']) expect(text).toContain(part);
  });
});
