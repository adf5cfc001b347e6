import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultAction, FaultMatch } from '../../../support/simulator.js';
import { TEST_STRIPE_KEY } from '../../../support/test-keys.js';
import type { StoreWatch } from '../observation.js';
import type { Dice } from '../random.js';
import { drawCuid } from '../shopper-plan.js';
import type { Told } from '../shopper.js';
import { ADMIN, type AppName, type World } from '../world.js';

export interface Answer {
  readonly status: number;
  /** All that is looked at is text. */
  readonly body: Record<string, string | undefined>;
}

export interface Payer {
  readonly userId: string;
  readonly token: string;
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly as: string;
}

const ANSWER_WITHIN_MS = 15_000;
export const CREATE = '/v1/payment_intents';
export const CONFIRM = '/v1/payment_intents/*/confirm';
export const CANCEL = '/v1/payment_intents/*/cancel';

/** One payer before one app, A, that is about to die (C is the one that goes on); and what the harness may do to Stripe and to time meanwhile. */
export class Scene {
  readonly cuid: string;
  /** Whom the payer asks. */
  at: AppName = 'A';
  /** Of the last confirm: what a client who comes back confirms with. */
  paymentMethodId = 'pm_card_visa';
  /** Of the payer's payment, once somebody was told. */
  id: string | undefined;
  clientSecret = '';

  constructor(
    readonly world: World,
    readonly store: StoreWatch,
    readonly told: Told[],
    private readonly dice: Dice,
    private readonly payer: Payer,
    private readonly admin: string,
  ) {
    this.cuid = drawCuid(dice);
  }

  /** Another payment of the same payer. */
  another(): Scene {
    const other = new Scene(this.world, this.store, this.told, this.dice, this.payer, this.admin);
    other.at = this.at;
    return other;
  }

  get aIsUp(): boolean {
    return this.world.apps.A.isUp;
  }

  create(): Promise<Answer | null> {
    return this.ask({ method: 'POST', path: '/payment', body: { cuid: this.cuid }, as: this.payer.token });
  }

  confirm(paymentMethodId = 'pm_card_visa'): Promise<Answer | null> {
    this.paymentMethodId = paymentMethodId;
    const body = { cuid: this.cuid, paymentId: this.id, paymentMethodId };
    return this.ask({ method: 'POST', path: '/payment/confirm', body, as: this.payer.token });
  }

  /** Create, and confirm with a card that is taken. */
  async pay(): Promise<void> {
    await this.create();
    if (this.id !== undefined) await this.confirm();
  }

  read(path: string): Promise<Answer | null> {
    return this.ask({ method: 'GET', path, as: this.payer.token });
  }

  register(amount: number): Promise<Answer | null> {
    const body = { amount, currency: 'usd' };
    return this.ask({ method: 'PUT', path: `/checkout/${this.cuid}`, body, as: this.admin });
  }

  leave(): Promise<Answer | null> {
    return this.ask({ method: 'DELETE', path: `/user/${this.payer.userId}`, as: this.payer.token });
  }

  /** @returns null when the app died over it. */
  async ask(request: Request): Promise<Answer | null> {
    try {
      const response = await fetch(this.world.url(this.at) + request.path, {
        method: request.method,
        headers: { authorization: `Bearer ${request.as}`, 'content-type': 'application/json' },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const body = (await response.json()) as Answer['body'];
      this.note(request, response.status, body);
      return { status: response.status, body };
    } catch {
      return null;
    }
  }

  fault(match: FaultMatch, action: FaultAction): Promise<string> {
    return this.world.simulator.fault(match, action);
  }

  /** No answer to both tries of the SDK. */
  async drop(path: string, type: 'drop_before' | 'drop_after_effect' = 'drop_before'): Promise<void> {
    await this.fault({ method: 'POST', path, times: 2 }, { type });
  }

  /** A 500 that Stripe keeps under the key, so that the SDK's second try gets it again. */
  async keep500(path: string): Promise<void> {
    await this.fault({ method: 'POST', path, times: 1 }, { type: 'status', status: 500, when: 'before', cached: true });
  }

  /** The apps' time passes, until A is dead or so much has passed. */
  async wait(ms: number): Promise<void> {
    for (let passed = 0; passed < ms && this.aIsUp; passed += 2_000) {
      await this.world.stripeLog.moveClock(2_000);
      await sleep(400);
    }
  }

  /** One call to Stripe's API, by the account's owner: what a person does in the dashboard. */
  async stripe(method: string, path: string, form: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const response = await fetch(this.world.simulator.url + path, {
      method,
      headers: { authorization: `Bearer ${TEST_STRIPE_KEY}` },
      ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  private note({ path, body }: Request, status: number, said: Answer['body']): void {
    // 401: the payer has closed the account.
    if (status === 401 || (path !== '/payment' && path !== '/payment/confirm')) return;
    const { cuid, paymentMethodId } = body as { cuid: string; paymentMethodId?: string };
    const kind = path === '/payment' ? 'create' : 'confirm';
    const { id, clientSecret, status: says } = said;
    this.told.push({ cuid, kind, status, says, paymentMethodId, id, clientSecret });
    if (cuid !== this.cuid || id === undefined) return;
    this.id = id;
    this.clientSecret = clientSecret ?? this.clientSecret;
  }
}

export async function newPayer(world: World, at: AppName, n: number): Promise<Payer> {
  const email = `payer${n}@example.com`;
  const { access_token } = await signIn(world, at, 'register', { userName: `Payer ${n}`, email, password: 'password' });
  const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
  return { userId: claims.sub, token: access_token };
}

export async function adminToken(world: World, at: AppName): Promise<string> {
  return (await signIn(world, at, 'login', ADMIN)).access_token;
}

async function signIn(
  world: World,
  at: AppName,
  how: 'register' | 'login',
  body: object,
): Promise<{ access_token: string }> {
  const response = await fetch(`${world.url(at)}/user/${how}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token === undefined) throw new Error(`${how} answered ${response.status}`);
  return { access_token: answer.access_token };
}
