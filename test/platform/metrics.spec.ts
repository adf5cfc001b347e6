import { mongo } from 'mongoose';
import { SWEEP_VERDICTS } from '../../src/modules/payment/upkeep/sweep.types.js';
import { Passwords } from '../../src/modules/user/passwords.js';
import { fromStore } from '../../src/platform/database/mongo-errors.js';
import { METRICS } from '../../src/platform/operations/metric-names.js';
import { Metrics } from '../../src/platform/operations/metrics.js';
import { Readiness } from '../../src/platform/operations/readiness.js';
import { startTestApp, type TestApp } from '../support/app.js';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.stop());

const lines = async (): Promise<string[]> => (await test.http.get('/metrics')).text.split('\n');

it('counts requests by pattern and status, never by address', async () => {
  const { token, userId } = await test.register();
  await test.http.get(`/user/${userId}`, { token });
  await test.http.get(`/nowhere/${userId}`);
  const text = (await lines()).join('\n');
  expect(text).toMatch(/^http_request_duration_seconds_count\{method="GET",route="\/user\/:id",status="200"\} 1$/m);
  expect(text).toMatch(/^http_request_duration_seconds_count\{method="GET",route="\(none\)",status="404"\} 1$/m);
  expect(text).not.toContain(userId);
});

it('counts and measures what the modules report', async () => {
  const metrics = test.app.get(Metrics);
  metrics.count('late_success_total');
  metrics.count('resolver_runs_total', { result: 'settled' }, 3);
  metrics.gauge('payments_unknown', 7, { age: 'over_1h' });
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'late_success_total 1',
      'resolver_runs_total{result="settled"} 3',
      'payments_unknown{age="over_1h"} 7',
    ]),
  );
});

it('the help of the sweep’s numbers names every verdict there is', () => {
  const named = /\((.*)\)/.exec(METRICS.sweep_payments_total.help)?.[1]?.split(', ');
  expect(named).toEqual(expect.arrayContaining([...SWEEP_VERDICTS]));
  expect(named).toHaveLength(SWEEP_VERDICTS.length);
});

it('watches the process', async () => {
  const text = (await lines()).join('\n');
  expect(text).toMatch(/^event_loop_lag_seconds [\d.e-]+$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
});

it('times the calls to Stripe, counts the rounds of workers and says whether it is ready', async () => {
  const { token } = await test.register();
  await test.http.post('/payment', { cuid: 'cjld2cjxh0000qzrmn831i7rn' }, { token });
  const text = (await lines()).join('\n');
  expect(text).toMatch(/^provider_call_duration_seconds_count\{operation="payment_create"\} 1$/m);
  expect(text).toMatch(/^provider_call_duration_seconds_bucket\{le="8",operation="customer_create"\} 1$/m);
  expect(text).toMatch(/^worker_passes_total\{worker="inbox",result="done"\} [1-9]/m);
  expect(text).toMatch(/^ready 1$/m);
  test.app.get(Readiness).require('made_up', false, 'for the test');
  expect(await lines()).toContain('ready 0');
  test.app.get(Readiness).require('made_up', true);
});

it('a load balancer that is told "not ready" is nobody whose request failed', async () => {
  const readiness = test.app.get(Readiness);
  readiness.require('made_up', false, 'for the test');
  expect((await test.http.get('/health/ready')).status).toBe(503);
  readiness.require('made_up', true);
  expect(await lines()).toContain('http_failures_total{status="503"} 0');
});

it('shows who waits for a password’s hash', async () => {
  const passwords = test.app.get(Passwords, { strict: false });
  const logins = Array.from({ length: 60 }, () => passwords.hash('password').catch(() => undefined));
  const text = (await test.app.get(Metrics).exposition()).split('\n');
  await Promise.all(logins);
  expect(text).toContain('password_queue_waiting 32');
  expect(text).toContain('password_refused_total 26');
});

it('counts what the store does not answer, once', async () => {
  await fromStore(() => fromStore(() => Promise.reject(new mongo.MongoNetworkError('gone')))).catch(() => undefined);
  expect(await lines()).toContain('store_errors_total{outcome="unknown"} 1');
});

it('wants its token, where there is one', async () => {
  const METRICS_TOKEN = 'a-token-of-sixteen-or-more';
  const closed = await startTestApp({ env: { METRICS_TOKEN }, simulator: test.simulator, webhooks: false });
  const status = async (token?: string): Promise<number> => (await closed.http.get('/metrics', { token })).status;
  expect(await status()).toBe(401);
  expect(await status('another')).toBe(401);
  expect(await status(`${METRICS_TOKEN} `)).toBe(200); // HTTP trims header values
  expect(await status(METRICS_TOKEN)).toBe(200);
  expect((await closed.http.get(`/metrics?token=${METRICS_TOKEN}`)).status).toBe(401);
  await closed.stop();
});
