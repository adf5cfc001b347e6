import { Injectable, Logger } from '@nestjs/common';
import type { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { askUnderKey } from '../../../platform/stripe/keyed-call.js';
import type { ProviderMethod } from '../../../platform/stripe/provider-method.types.js';
import type { ProviderAnswer } from '../../../platform/stripe/provider.types.js';
import { StripeMethods } from '../../../platform/stripe/stripe-methods.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { factsOf } from '../record/method-facts.js';
import type { NewMethod } from '../record/new-method.types.js';
import type { MethodFacts } from '../record/payment-method.types.js';
import { saveWorkOf, withPatched } from '../record/pending-work.js';
import type { SaveWork } from '../record/pending-work.types.js';
import {
  type Failure,
  failureOf,
  wordOf,
  methodRefused,
  numbersNotTaken,
  refusesNumbers,
  Unanswered,
} from './provider-refusals.js';

/** The PaymentMethod of a `save`: made of a number or a token, or looked up. It is nobody's yet. */
@Injectable()
export class MethodMaker {
  private readonly logger = new Logger(MethodMaker.name);

  constructor(
    private readonly records: VaultRecords,
    private readonly stripe: StripeMethods,
    private readonly deployment: DeploymentService,
  ) {}

  /**
   * @returns the record, in which the work has its PaymentMethod; null when the record or the work is gone.
   * @throws Unanswered, AppError card_declined, payment_method_refused, provider_refused.
   */
  async make(seen: VaultCustomer, workId: string, asked: NewMethod): Promise<VaultCustomer | null> {
    const work = saveWorkOf(seen, workId);
    if (work === undefined) return null;
    if (work.provider !== null) return seen;
    const wanted = (record: VaultCustomer): SaveWork | null => {
      const current = saveWorkOf(record, workId);
      return current === undefined || current.provider !== null ? null : current;
    };
    const { record, answer } = await askUnderKey(seen, {
      send: (current) => this.ask(current, wanted(current) ?? work, asked),
      nextKey: (current) => this.nextKey(current._id, wanted(current) ?? work),
      wants: (current) => wanted(current) !== null,
    });
    if (record === null || saveWorkOf(record, workId) === undefined) return null;
    if (answer === null) return record; // a taker-over made it meanwhile
    if (answer.outcome !== 'done') throw this.failure(answer, asked);
    return this.store(record, wanted(record) ?? work, answer.value, asked);
  }

  private failure(answer: Failure, { kind }: NewMethod): AppError {
    if (kind !== 'card' || !refusesNumbers(answer)) return failureOf(answer, wordOf(kind));
    this.logger.warn('Stripe takes no card numbers from this account (a simulator does with --allow-raw-cards)');
    return numbersNotTaken(kind);
  }

  private async ask(
    { _id: id }: VaultCustomer,
    work: SaveWork,
    asked: NewMethod,
  ): Promise<ProviderAnswer<ProviderMethod>> {
    const key = `vault:${id}:${work.id}:method:${work.generation}`;
    const metadata = { vault_customer_id: id, vault_method_id: work.methodId, deployment_id: this.deployment.id };
    if (asked.kind === 'token') return this.ofToken(asked.token, metadata, key);
    if (asked.kind === 'card')
      return atFailpoint('method.send_card', () => this.stripe.createCard(asked.card, metadata, key, asked.holder));
    if (asked.kind === 'sepa')
      return atFailpoint('method.send_iban', () => this.stripe.createSepaDebit(asked.account, metadata, key));
    if (work.source.kind !== 'ach') throw new Error('a bank account on the work of something else');
    const account = { ...asked.account, holder: work.source.holder };
    return atFailpoint('method.send_account', () => this.stripe.createBankAccount(account, metadata, key));
  }

  private ofToken(
    token: string,
    metadata: Readonly<Record<string, string>>,
    key: string,
  ): Promise<ProviderAnswer<ProviderMethod>> {
    return token.startsWith('pm_')
      ? atFailpoint('method.look', () => this.stripe.retrieve(token))
      : atFailpoint('method.send_token', () => this.stripe.createFromToken(token, metadata, key));
  }

  private store(
    record: VaultCustomer,
    work: SaveWork,
    method: ProviderMethod,
    asked: NewMethod,
  ): Promise<VaultCustomer | null> {
    const facts = this.acceptable(record, work, method);
    const provider = {
      methodId: method.id,
      facts,
      ...(method.fingerprint === null ? {} : { instrument: method.fingerprint }),
    };
    if (asked.kind === 'token' && asked.only !== undefined && facts.type !== asked.only)
      throw methodRefused(`token must be of a ${asked.only === 'card' ? 'card' : 'bank account'}`);
    return atFailpoint('method.store', () =>
      this.records.change(record._id, (seen) => {
        const current = saveWorkOf(seen, work.id);
        if (current === undefined || current.undoing) throw new Unanswered();
        // A taker-over was quicker: its method counts.
        if (current.provider !== null) return null;
        return withPatched<SaveWork>(seen, work.id, { provider });
      }),
    );
  }

  private acceptable(record: VaultCustomer, work: SaveWork, method: ProviderMethod): MethodFacts {
    const facts = factsOf(method, work.source);
    if (facts === null) throw methodRefused('token is of a kind that cannot be stored');
    if (method.customerId !== null) throw methodRefused('token was used already');
    const before = record.methods.find(({ id }) => id === work.methodId);
    if (before !== undefined && before.type !== facts.type)
      throw methodRefused('token is of another type than the payment method');
    return facts;
  }

  private nextKey(id: string, { id: workId, generation }: SaveWork): Promise<VaultCustomer | null> {
    return atFailpoint('method.next_key', () =>
      this.records.change(id, (seen) => withPatched<SaveWork>(seen, workId, { generation: generation + 1 })),
    );
  }
}
