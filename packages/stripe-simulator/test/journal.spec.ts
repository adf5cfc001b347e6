import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Programs } from './program.js';
import { createIntent, refused, RETURN_URL, startReceiver, until } from './support.js';

describe('the program', () => {
  let programs: Programs;
  let folder: string;
  beforeAll(() => {
    programs = new Programs();
    folder = programs.folder;
  }, 60_000);
  afterAll(() => programs.close());

  const launch = (args: string[], env: Record<string, string> = {}) => programs.launch(args, env);
  const run = (args: string[]) => programs.run(args);

  it('prints one line when it listens and exits 0 on SIGTERM', async () => {
    const program = await run(['--instance', 'token-9']);
    expect(program.ready).toMatchObject({ instance: 'token-9', pid: program.child.pid });
    expect(program.ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    expect(program.stdout().split('\n')).toHaveLength(2);
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['in production', [], { NODE_ENV: 'production' }, /NODE_ENV is production/],
    ['with an unknown option', ['--colour', 'red'], {}, /colour/],
    ['with a port that is none', ['--port', 'x'], {}, /--port x/],
  ])('refuses to start %s', async (_what, args, env, message) => {
    const launched = launch(args, env);
    expect(await launched.exit).toBe(78);
    expect(launched.stderr().trim().split('\n')).toHaveLength(1);
    expect(launched.stderr()).toMatch(message);
    expect(launched.stdout()).toBe('');
  });

  it('is the same account after kill -9', async () => {
    const data = join(folder, 'data');
    const receiver = await startReceiver(['hang']);
    const first = await run(['--data', data]);
    await first.sim('PUT', 'webhooks', {
      endpoints: [{ url: receiver.url, secret: 'whsec_x', enabled_events: ['payment_intent.succeeded'] }],
    });
    await first.sim('POST', 'clock', { advance: 3_600_000 });
    const customer = await first.stripe.customers.create({ email: 'ada@shop.test' });
    const confirm = (program: typeof first, id: string) =>
      program.post(
        `/v1/payment_intents/${id}/confirm`,
        { payment_method: 'pm_card_visa', return_url: RETURN_URL },
        { idempotencyKey: 'confirm-1' },
      );
    const paid = await createIntent(first.stripe, {
      customer: customer.id,
      metadata: { payment_id: 'p-1', 2: 'b', 1: 'a' },
    });
    const answer = await confirm(first, paid.id);
    const held = await createIntent(first.stripe, {
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
    });
    const asked = await createIntent(first.stripe, {
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: RETURN_URL,
    });
    await until(() => receiver.received.length === 1);
    first.child.kill('SIGKILL');
    await first.exit;
    // Half a line, as kill -9 leaves it while it is being written.
    appendFileSync(join(data, 'simulator.journal'), '{"put":[["customer",{"id":"cus_torn"');

    const second = await run(['--data', data]);
    expect(await second.stripe.customers.retrieve(customer.id)).toMatchObject({ email: 'ada@shop.test' });
    expect(await second.stripe.paymentIntents.retrieve(paid.id)).toMatchObject({ status: 'succeeded' });
    const replayed = await confirm(second, paid.id);
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    expect(replayed.text).toBe(answer.text);
    expect((await second.sim('GET', 'clock')).offset_ms).toBe(3_600_000);
    expect(await second.sim('GET', 'ledger?payment_id=p-1')).toMatchObject({ count: 1, charged: 1999 });
    expect((await second.stripe.events.list({ type: 'payment_intent.succeeded' })).data).toHaveLength(1);
    // The delivery that hung is tried again by the new process.
    await until(() => receiver.received.length === 2);
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
    const page = (await second.stripe.paymentIntents.retrieve(asked.id)).next_action?.redirect_to_url?.url ?? '';
    expect((await fetch(page)).status).toBe(200);
    const fresh = await createIntent(second.stripe);
    expect([paid.id, held.id, asked.id]).not.toContain(fresh.id);
    expect(fresh.lastResponse.requestId).not.toBe(paid.lastResponse.requestId);
    // Pending work goes on: the authorization still expires.
    await second.sim('POST', 'clock', { advance: 8 * 86_400_000 });
    expect((await second.stripe.paymentIntents.retrieve(held.id)).status).toBe('canceled');
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    await receiver.close();
  }, 60_000);

  it('compacts the journal when it starts', async () => {
    const data = join(folder, 'compact');
    const first = await run(['--data', data]);
    const { id } = await first.stripe.customers.create();
    for (let n = 0; n < 200; n++) await first.post(`/v1/customers/${id}`, { name: String(n) });
    first.child.kill('SIGTERM');
    await first.exit;
    const before = statSync(join(data, 'simulator.journal')).size;
    const second = await run(['--data', data]);
    const journal = readFileSync(join(data, 'simulator.journal'), 'utf8');
    expect(journal.length).toBeLessThan(before);
    expect(journal.match(/\["customer",/g)).toHaveLength(1);
    expect(await second.stripe.customers.retrieve(id)).toMatchObject({ name: '199' });
    second.child.kill('SIGTERM');
    await second.exit;
  }, 60_000);

  it('takes card numbers when it is started so: on a journal begun without, and after a reset', async () => {
    const data = join(folder, 'numbers');
    const pay = (program: Awaited<ReturnType<typeof run>>) =>
      program.stripe.paymentMethods.create({
        type: 'card',
        card: { number: '4242424242424242', exp_month: 12, exp_year: 2034 },
      });
    const first = await run(['--data', data]);
    expect(await refused(pay(first))).toMatchObject({ statusCode: 402, rawType: 'invalid_request_error' });
    first.child.kill('SIGTERM');
    await first.exit;
    const second = await run(['--data', data, '--allow-raw-cards']);
    expect(await pay(second)).toMatchObject({ card: { last4: '4242' } });
    await second.sim('POST', 'reset', {});
    expect(await pay(second)).toMatchObject({ card: { last4: '4242' } });
    second.child.kill('SIGTERM');
    await second.exit;
  }, 60_000);

  it('refuses a port in use', async () => {
    const first = await run([]);
    const second = launch(['--port', new URL(first.ready.url).port]);
    expect(await second.exit).toBe(78);
    expect(second.stderr()).toContain('EADDRINUSE');
    first.child.kill('SIGTERM');
    await first.exit;
  }, 60_000);

  it('does not share its data folder', async () => {
    const data = join(folder, 'shared');
    const first = await run(['--data', data]);
    const second = launch(['--data', data]);
    expect(await second.exit).toBe(78);
    expect(second.stderr()).toContain('is in use');
    first.child.kill('SIGTERM');
    await first.exit;
    const third = await run(['--data', data]);
    third.child.kill('SIGTERM');
    expect(await third.exit).toBe(0);
  }, 60_000);

  it('gives each data folder ids of its own, but the same ones for a seed', async () => {
    const idOf = async (args: string[]) => {
      const program = await run(args);
      const { id } = await createIntent(program.stripe);
      program.child.kill('SIGTERM');
      await program.exit;
      return id;
    };
    expect(await idOf([])).not.toBe(await idOf([]));
    expect(await idOf(['--seed', '1'])).toBe(await idOf(['--seed', '1']));
  }, 60_000);

  it('refuses a damaged journal', async () => {
    const data = join(folder, 'damaged');
    const first = await run(['--data', data]);
    first.child.kill('SIGTERM');
    await first.exit;
    appendFileSync(join(data, 'simulator.journal'), 'nonsense\n');
    const second = launch(['--data', data]);
    expect(await second.exit).toBe(78);
    expect(second.stderr()).toContain(`${join(data, 'simulator.journal')} is damaged in line 2 (`);
    expect(second.stderr()).toMatch(/: delete it, or name another folder with --data\n$/);
  }, 60_000);

  it('refuses a journal of a newer simulator, in one sentence that says what to do', async () => {
    const data = join(folder, 'newer');
    const journal = join(data, 'simulator.journal');
    mkdirSync(data);
    writeFileSync(journal, '{"format":1000,"base":1,"seed":"1"}\n');
    const launched = launch(['--data', data]);
    expect(await launched.exit).toBe(78);
    expect(launched.stderr()).toBe(
      `stripe-simulator: ${journal} was written by a newer simulator: delete it, or name another folder with --data\n`,
    );
    // It is left as it was, for the version that can read it.
    expect(readFileSync(journal, 'utf8')).toBe('{"format":1000,"base":1,"seed":"1"}\n');
  }, 60_000);

  it('keeps declines apart from mistakes of its own', async () => {
    const program = await run([]);
    const declined = createIntent(program.stripe, {
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
      return_url: RETURN_URL,
    });
    expect((await refused(declined)).statusCode).toBe(402);
    program.child.kill('SIGTERM');
    await program.exit;
    expect(program.stderr()).toBe('');
  });
});
