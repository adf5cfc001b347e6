import { Inject, Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import { whyNotChargeable, whyTooSmall } from '../../platform/common/currency.js';
import { MINUTE, SECOND } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { newXid } from '../../platform/common/xid.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { PersonIbans } from '../customer/person/person-ibans.service.js';
import { type NumberedMethod, PersonMethodsService } from '../customer/person/person-methods.service.js';
import { PersonService } from '../customer/person/person.service.js';
import type { Person } from '../customer/person/person.types.js';
import type { VaultCaller } from '../customer/record/vault-caller.js';
import { type ChargeableMethod, OrderCharger } from './order-charger.service.js';
import { OrderKeys } from './order-keys.service.js';
import { OrderPayments } from './order-payments.service.js';
import { OrderRepository } from './order.repository.js';
import { type AskedOrder, ORDER_CURRENCY, type NewOrder, type Order } from './order.types.js';

/** A request that stood still is given so much longer before the resolver ends what it has not sent. */
const GRACE_MS = 5 * SECOND;
/** A client with a key of its own comes back within this, or never. */
const CLIENT_COMES_BACK_MS = 10 * MINUTE;

interface Plan {
  readonly person: Person;
  readonly method: ChargeableMethod;
}

/** Contract census 2: creates orders that are paid without their person being there, each charged at most once. */
@Injectable()
export class CreateOrderService {
  constructor(
    private readonly orders: OrderRepository,
    private readonly keys: OrderKeys,
    private readonly persons: PersonService,
    private readonly methods: PersonMethodsService,
    private readonly ibans: PersonIbans,
    private readonly charger: OrderCharger,
    private readonly payments: OrderPayments,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the order with what became of it: also a declined one, and one whose outcome nobody knows yet.
   * @throws AppError validation_failed: nothing was written, each message begins with its parameter; and as OrderCharger.
   */
  async create(caller: VaultCaller, asked: AskedOrder): Promise<Order> {
    const { idempotencyKey: key, body } = asked;
    const before = key === null ? null : await this.keys.look(caller.accountId, key, body);
    const found = before === null ? null : await this.find(before);
    if (found !== null) return this.repeat(caller, found);
    const plan = await this.plan(caller, asked);
    const id = key === null ? newXid(this.clock.now()) : await this.keys.claim(caller.accountId, key, body);
    const { document, inserted } = await atFailpoint('order.insert', () =>
      this.orders.insert(this.orderOf(id, plan, asked)),
    );
    return inserted ? this.charger.charge(document, plan.method) : this.repeat(caller, document);
  }

  private find(id: string): Promise<Order | null> {
    return atFailpoint('order.find', () => this.orders.load(id));
  }

  /** Answers as the first request, or finishes what it left behind. */
  private async repeat(caller: VaultCaller, order: Order): Promise<Order> {
    const gone = await this.charger.goOn(order);
    if (gone !== null) return gone;
    const method = await this.methods.read(caller, order.methodNumber);
    if (!isChargeable(method)) throw invalidRequest('payment_method_id is invalid');
    return this.charger.charge(order, method);
  }

  private async plan(caller: VaultCaller, asked: AskedOrder): Promise<Plan> {
    const { amountMinor, personId, method } = asked;
    const problem = whyNotChargeable(amountMinor, ORDER_CURRENCY) ?? whyTooSmall(amountMinor, ORDER_CURRENCY);
    if (problem !== null) throw invalidRequest(problem);
    const person = await this.persons.find(caller, personId);
    if (person === null) throw invalidRequest('person_id is invalid');
    if (method.kind === 'direct_debit') return { person, method: await this.debited(caller, person, method.iban) };
    return { person, method: await this.owned(caller, person, method.number) };
  }

  /** Somebody else's method is told as one that is not there (decision C9). */
  private async owned(caller: VaultCaller, person: Person, number: number): Promise<ChargeableMethod> {
    const found = await this.methods.read(caller, number).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'payment_method_not_found') return null;
      throw error;
    });
    if (found === null || found.row.personId !== person._id || !isChargeable(found))
      throw invalidRequest('payment_method_id is invalid');
    return found;
  }

  private async debited(caller: VaultCaller, person: Person, iban: string): Promise<ChargeableMethod> {
    const { number } = await this.ibans.store(person, iban);
    const found = await this.methods.read(caller, number);
    if (!isChargeable(found)) throw invalidRequest('iban is refused by its bank');
    return found;
  }

  private orderOf(id: string, { person, method: { row } }: Plan, asked: AskedOrder): NewOrder {
    const { accountId } = person;
    const now = this.clock.date();
    const isRepeatable = asked.idempotencyKey !== null;
    const patienceMs = this.config.payments.requestDeadlineMs + GRACE_MS + (isRepeatable ? CLIENT_COMES_BACK_MS : 0);
    return {
      _id: id,
      accountId,
      personId: person._id,
      campaignCode: asked.campaignCode,
      amountMinor: asked.amountMinor,
      description: asked.description,
      kind: asked.method.kind,
      methodId: row._id,
      methodNumber: row.number,
      state: 'pending',
      paymentId: this.payments.idOf({ _id: id, accountId }),
      isRepeatable,
      nextCheckAt: new Date(now.getTime() + patienceMs),
      createdAt: now,
      updatedAt: now,
    };
  }
}

/** A method that the vault has, and that its bank has not refused for good. */
function isChargeable(found: NumberedMethod): found is ChargeableMethod {
  return found.view.status === 'active' && found.method !== null && found.customer !== null;
}
