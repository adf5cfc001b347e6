import { CouldNotReconcile } from './could-not-reconcile.js';
import { RequestBudget } from './request-budget.js';

const answer = async () => ({
  outcome: 'done' as const,
  value: 7,
  replayed: false,
  tries: { count: 1, anyUnknown: false },
});

it('asks as often as it may, then says that more is needed', async () => {
  const budget = new RequestBudget(2);
  expect([await budget.read(answer), await budget.read(answer)]).toEqual([7, 7]);
  await expect(budget.read(answer)).rejects.toThrow(/more than 2 requests/);
});

it('asks nothing more once nobody wants the answer', async () => {
  let over = false;
  let asked = 0;
  const ask = () => {
    asked++;
    return answer();
  };
  const budget = new RequestBudget(10, () => over);
  await budget.read(ask);
  over = true;
  await expect(budget.read(ask)).rejects.toBeInstanceOf(CouldNotReconcile);
  expect(asked).toBe(1);
});
