import type { ProviderStatus } from '../storesim/model.types.js';

/** What was answered: the kind of the answer, as the model names it. `none` where nobody asked. */
export type Answered = string;

/** Where one payment stands, as far as the model and the product both know it. */
export interface Standing {
  readonly state: 'none' | 'NEW' | 'OPEN' | 'CONFIRMING' | 'SUCCEEDED' | 'CANCELED' | 'REJECTED';
  /** The newest attempt, 0 before the first. */
  readonly attempt: number;
  /** How attempts ended by an answer to their own key, as `1 declined`. */
  readonly results: readonly string[];
  readonly confirmGeneration: number;
  readonly createGeneration: number;
  readonly cancelGeneration: number;
  readonly canceling: boolean;
  /** Of the PaymentIntent, at Stripe. */
  readonly stripe: ProviderStatus | null;
  readonly charges: number;
}

export const NOTHING: Standing = {
  state: 'none',
  attempt: 0,
  results: [],
  confirmGeneration: 0,
  createGeneration: 0,
  cancelGeneration: 0,
  canceling: false,
  stripe: null,
  charges: 0,
};

export interface Outcome {
  readonly answered: Answered;
  readonly standing: Standing;
}

/** What differs, one line each. */
export function differences(model: Outcome, product: Outcome): string[] {
  const flat = ({ answered, standing }: Outcome) => Object.entries({ answered, ...standing });
  const others = new Map(flat(product));
  return flat(model).flatMap(([name, expected]) => {
    const [a, b] = [JSON.stringify(expected), JSON.stringify(others.get(name))];
    return a === b ? [] : [`${name}: the model says ${a}, the product ${b}`];
  });
}
