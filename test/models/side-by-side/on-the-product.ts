import { derivedId } from '../../../src/platform/common/id.js';
import type { Payment } from '../../../src/modules/payment/record/payment.types.js';
import type { TestApp } from '../../support/app.js';
import type { HttpAnswer } from '../../support/http-client.js';
import { browserConfirm, eventually, newCuid, payments, secret } from '../../support/payments.js';
import type { SimulatedRequest } from '../../support/simulator.js';
import { deliverEvent, deploymentId, eventBody, inboxRow, workInbox } from '../../support/webhooks.js';
import type { Operation, ProviderStatus } from '../storesim/model.types.js';
import {
  CARDS,
  type Card,
  type Step,
  type Trouble,
  TROUBLES,
  type Troubles,
  troublesOf,
  type Turn,
} from './scenario.js';
import { type Answered, NOTHING, type Standing } from './standing.js';

const KINDS: Readonly<Record<string, string>> = {
  succeeded: 'succeeded',
  processing: 'processing',
  requires_action: 'action',
  requires_payment_method: 'open',
};
const EVENT_TYPES: Readonly<Record<ProviderStatus, string>> = {
  requires_payment_method: 'payment_intent.payment_failed',
  requires_action: 'payment_intent.requires_action',
  succeeded: 'payment_intent.succeeded',
  canceled: 'payment_intent.canceled',
};

/** One payer's payment on the running app, with its troubles set up at the simulator. */
export class OnTheProduct {
  private readonly cuid = newCuid();
  readonly paymentId: string;
  private armed: string[] = [];
  private made: { id: string; clientSecret: string } | null = null;

  constructor(
    private readonly app: TestApp,
    private readonly user: { readonly token: string; readonly userId: string },
  ) {
    this.paymentId = derivedId('pay', `${deploymentId(app)}:storefront:${user.userId}`, this.cuid);
  }

  get hasPaymentIntent(): boolean {
    return this.made !== null;
  }

  async play(turn: Turn): Promise<Answered> {
    await this.arm(troublesOf(turn, this.hasPaymentIntent));
    try {
      return this.hasPaymentIntent || turn.step.does === 'create' ? await this.step(turn.step) : 'none';
    } finally {
      await this.disarm();
    }
  }

  private async step(step: Step): Promise<Answered> {
    const { http } = this.app;
    const { token } = this.user;
    switch (step.does) {
      case 'create':
        return this.create();
      case 'confirm': {
        const body = { cuid: this.cuid, paymentId: this.made?.id, paymentMethodId: CARDS[step.card] };
        return kindOf(await http.post('/payment/confirm', body, { token }));
      }
      case 'read': {
        const { body } = await http.get(`/payment/${this.made?.id}`, { token });
        const status = String(body['status']);
        return `${status === 'succeeded' || status === 'canceled' ? status : 'open'} ${status}`;
      }
      case 'browser':
        return this.payInBrowser(step.card);
      case '3ds':
        return this.finish3ds(step.outcome);
      case 'event':
        await this.tell(step.says);
        return 'none';
      case 'nothing':
        return 'none';
    }
  }

  private async create(): Promise<Answered> {
    const answer = await this.app.http.post('/payment', { cuid: this.cuid }, { token: this.user.token });
    if (answer.status !== 201) return kindOf(answer);
    const { id, clientSecret, status } = answer.body;
    this.made = { id: String(id), clientSecret: String(clientSecret) };
    return status === 'succeeded' ? 'succeeded' : 'created';
  }

  /** Before the resolver's pass; `disarm` after it. */
  async arm(troubles: Troubles): Promise<void> {
    for (const [op, list] of Object.entries(troubles) as [Operation, readonly Trouble[]][])
      for (const trouble of list)
        this.armed.push(
          await this.app.simulator.fault({ ...this.matching(op), times: 1 }, TROUBLES[trouble].simulator),
        );
  }

  /** One by one: to clear all would also undo the effects that are late. */
  async disarm(): Promise<void> {
    for (const id of this.armed.splice(0)) await this.app.simulator.clearFaults(id);
  }

  private matching(op: Operation) {
    if (op === 'get') return { method: 'GET', path: `/v1/payment_intents/${this.made?.id}` };
    return { method: 'POST', keyPrefix: `${this.paymentId}:${op}:` };
  }

  async look(): Promise<Standing> {
    const record = await payments(this.app).findById(this.paymentId).lean<Payment>().exec();
    if (record === null) return NOTHING;
    // After a replayed create the generations begin elsewhere, because a restored backup may have forgotten some.
    const { providerPaymentId, firstGeneration: first = 0 } = record;
    const intent =
      providerPaymentId === undefined ? null : await secret(this.app).paymentIntents.retrieve(providerPaymentId);
    const { count } = await this.app.simulator.ledger({ paymentId: this.paymentId });
    return {
      state: stateOf(record),
      attempt: record.attempt?.n ?? 0,
      results: record.settled.filter(({ result }) => result !== 'canceled').map(({ n, result }) => `${n} ${result}`),
      confirmGeneration: (record.attempt?.generation ?? first) - first,
      createGeneration: record.createGeneration,
      cancelGeneration: record.cancelGeneration - first,
      canceling: record.cancelRequested,
      stripe: (intent?.status as ProviderStatus | undefined) ?? null,
      charges: count,
    };
  }

  /** What Stripe got of it, oldest first. */
  async timeline(): Promise<string[]> {
    const { simulator } = this.app;
    const found = await Promise.all([
      simulator.requests({ key: this.paymentId }),
      ...(this.made === null ? [] : [simulator.requests({ path: `/v1/payment_intents/${this.made.id}*` })]),
    ]);
    const byNumber = new Map(found.flatMap(({ requests }) => requests).map((each) => [each.n, each]));
    return [...byNumber.values()].toSorted((a, b) => a.n - b.n).map(lineOf);
  }

  private async payInBrowser(card: Card): Promise<Answered> {
    if (this.made === null) throw new Error('a browser without a client secret');
    try {
      return (await browserConfirm(this.app, { ...this.made, paymentMethod: CARDS[card] })).status;
    } catch (error) {
      const code = /^the browser was refused: (.*)$/.exec((error as Error).message)?.[1];
      if (code === undefined) throw error;
      return code === 'payment_intent_unexpected_state' ? 'unexpected_state' : 'declined';
    }
  }

  private async finish3ds(outcome: 'complete' | 'fail'): Promise<Answered> {
    try {
      return String((await this.app.simulator.finish3ds(this.made?.id ?? '', outcome))['status']);
    } catch (error) {
      if (!/ answered 409: /.test((error as Error).message)) throw error;
      return 'not waiting';
    }
  }

  /** Worked off before anything else happens, as on the model. */
  private async tell(says: ProviderStatus): Promise<void> {
    const metadata = { payment_id: this.paymentId, deployment_id: deploymentId(this.app) };
    const object = { id: this.made?.id, object: 'payment_intent', status: says, metadata };
    const event = eventBody(EVENT_TYPES[says], object);
    const { status } = await deliverEvent(this.app, event);
    if (status !== 200) throw new Error(`the webhook answered ${status}`);
    await workInbox(this.app);
    await eventually(async () => {
      const { state } = await inboxRow(this.app, event.id);
      if (state !== 'done') throw new Error(`the event ${event.id} is still ${state}`);
    });
  }
}

function kindOf({ status, body }: HttpAnswer): Answered {
  if (status === 409) return 'canceled';
  return status === 201 ? (KINDS[String(body['status'])] ?? String(body['status'])) : String(status);
}

function stateOf({ state }: Payment): Standing['state'] {
  switch (state) {
    case 'NEW':
    case 'CONFIRMING':
    case 'SUCCEEDED':
    case 'CANCELED':
    case 'REJECTED':
      return state;
    default:
      return 'OPEN';
  }
}

function lineOf({ at, method, path, idempotency_key, status, executed, replayed, fault }: SimulatedRequest): string {
  const what = executed ? 'executed' : replayed ? 'replayed' : '';
  return [new Date(at).toISOString().slice(8, 23), method, path, idempotency_key, status, what, fault]
    .filter((each) => each !== null && each !== '')
    .join(' ');
}
