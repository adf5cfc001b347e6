import { Metrics } from '../../src/platform/operations/metrics.js';
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
  metrics.gauge('payments_unknown', 7);
  expect(await lines()).toEqual(
    expect.arrayContaining(['late_success_total 1', 'resolver_runs_total{result="settled"} 3', 'payments_unknown 7']),
  );
});

it('watches the process', async () => {
  const text = (await lines()).join('\n');
  expect(text).toMatch(/^event_loop_lag_seconds [\d.e-]+$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
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
