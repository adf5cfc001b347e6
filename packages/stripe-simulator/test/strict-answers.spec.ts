import { complaintsAbout, complaintsAboutEvent } from './strict-answers.js';
import { createIntent, type Running, start } from './support.js';

describe('answers held against the SDK’s types', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.close());

  it('finds a member too many, one missing and one of another kind', async () => {
    const { lastResponse: _lastResponse, ...intent } = await createIntent(running.stripe);
    const about = (value: object) => complaintsAbout('POST', '/v1/payment_intents', value);
    expect(about(intent)).toEqual([]);
    expect(about({ ...intent, extra: 1 })).toEqual(['.extra: PaymentIntent has no such member']);
    const { amount: _amount, ...without } = intent;
    expect(about(without)).toEqual(['.amount: missing in PaymentIntent']);
    expect(about({ ...intent, status: 'paid' })).toEqual([expect.stringContaining('.status: "paid" is not one of')]);
    expect(about({ ...intent, amount: '1999' })).toEqual(['.amount: "1999" is no number']);
  });

  it('looks into the object of an event', async () => {
    const intent = await createIntent(running.stripe);
    const [event] = (await running.stripe.events.list({ type: 'payment_intent.created', limit: 1 })).data;
    expect(complaintsAboutEvent(event)).toEqual([]);
    const wrong = { ...event, data: { object: { ...intent, currency: 7 } } };
    expect(complaintsAboutEvent(wrong)).toEqual(expect.arrayContaining([expect.stringContaining('currency')]));
  });
});
