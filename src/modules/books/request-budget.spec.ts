import type { ProviderAnswer } from '../../platform/stripe/provider.types.js';
import { CouldNotReconcile } from './could-not-reconcile.js';
import { RequestBudget } from './request-budget.js';

const tries = { count: 1, anyUnknown: false };
const done = (value: number): ProviderAnswer<number> => ({ outcome: 'done', value, replayed: false, tries });
const refused = (status: 403 | 404 | 429): ProviderAnswer<number> => ({
  outcome: 'refused',
  status,
  code: null,
  param: null,
  message: 'no',
  retryAfterSeconds: 0.01,
  tries,
});
const unknown: ProviderAnswer<number> = {
  outcome: 'unknown',
  serverError: true,
  replayedServerError: false,
  unreachable: false,
  cause: 'api_error 500',
  tries,
};

/** Answers in this order; the last one again and again. */
function answering(...answers: ProviderAnswer<number>[]) {
  let asked = 0;
  const ask = async () => answers[Math.min(asked++, answers.length - 1)] ?? unknown;
  return { ask, asked: () => asked };
}

it('asks again after no answer and when told to wait, and not after a refusal', async () => {
  const budget = new RequestBudget(100);
  const slow = answering(unknown, refused(429), done(7));
  expect([await budget.read(slow.ask), slow.asked()]).toEqual([7, 3]);
  const never = answering(refused(403));
  await expect(budget.read(never.ask)).rejects.toThrow('Stripe could not be read: 403 no');
  expect(never.asked()).toBe(1);
});

it('gives up after four tries, and says why', async () => {
  const silent = answering(refused(429));
  await expect(new RequestBudget(100).read(silent.ask)).rejects.toThrow(CouldNotReconcile);
  expect(silent.asked()).toBe(4);
});

it('spends no more than it has, tries included', async () => {
  const budget = new RequestBudget(3);
  await budget.read(answering(refused(429), done(1)).ask);
  await budget.read(answering(done(1)).ask);
  const late = answering(done(1));
  await expect(budget.read(late.ask)).rejects.toThrow('more than 3 requests to Stripe are needed');
  expect(late.asked()).toBe(0);
});

it('what Stripe does not have is null, when looked for', async () => {
  const budget = new RequestBudget(10);
  expect(await budget.find(answering(refused(404)).ask)).toBeNull();
  await expect(budget.read(answering(refused(404)).ask)).rejects.toThrow(CouldNotReconcile);
});
