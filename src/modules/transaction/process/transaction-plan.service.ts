import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { newXid } from '../../../platform/common/xid.js';
import { Clock } from '../../../platform/common/clock.js';
import type { Processor } from '../../merchant/processor.types.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { may, type Permission } from '../../user/gateway/permissions.js';
import { ProcessorChoice } from '../quote/processor-choice.js';
import { UNANSWERED, UNCHARGED } from '../record/new-row.js';
import { RESPONSE } from '../record/response-codes.js';
import { EMPTY_ADDRESS } from '../record/transaction-address.js';
import type { NewTransaction, TransactionMethod } from '../record/transaction.types.js';
import type { Refusal } from './method-source.js';
import { type FoundMethod, MethodSources } from './method-sources.service.js';
import type { TransactionRequest } from './process.types.js';
import { VaultKeeper } from '../vault-keeper.service.js';
import { refuseRequest } from './request-rules.js';
import { decideAmounts } from './transaction-amounts.js';

/** Everything of a transaction that is decided before Stripe is asked; its id is drawn separately. */
export interface Plan {
  readonly draft: Omit<NewTransaction, '_id' | 'paymentId' | 'leaseUntil' | 'nextCheckAt'>;
  readonly found: FoundMethod;
  /** The gateway itself declines it: nothing is asked of Stripe. */
  readonly declined: Refusal | null;
}

const KEPT_NOWHERE: readonly TransactionRequest['method']['kind'][] = ['customer', 'terminal', 'apm'];

const PERMISSION: Readonly<Record<TransactionRequest['type'], Permission>> = {
  sale: 'process_sale',
  authorize: 'process_authorization',
  verification: 'process_verification',
  credit: 'process_credit',
};

/** Throws AppError forbidden for who may not send this type. */
export function refuseCaller(caller: GatewayPrincipal, { type }: Pick<TransactionRequest, 'type'>): void {
  const permission = PERMISSION[type];
  if (!may(caller, permission)) throw new AppError('forbidden', `missing permission ${permission}`);
}

/** Judges a request and decides what is charged by which method. Nothing is written. */
@Injectable()
export class TransactionPlanner {
  constructor(
    private readonly processors: ProcessorChoice,
    private readonly methods: MethodSources,
    private readonly vault: VaultKeeper,
    private readonly clock: Clock,
  ) {}

  /** Throws AppError forbidden, validation_failed, provider_unreachable, provider_refused, StoreError. */
  async plan(caller: GatewayPrincipal, request: TransactionRequest): Promise<Plan> {
    refuseCaller(caller, request);
    refuseRequest(request);
    const processor =
      request.processorId === ''
        ? await this.processors.ofCaller(caller)
        : await this.processors.named(caller, request.processorId);
    refuseMethod(processor, request);
    const found = await this.methods.find(caller, request);
    refuseKind(request, found.shown, processor);
    return { draft: this.draftOf(caller, request, processor, found), found, declined: declinedHere(request, found) };
  }

  private draftOf(
    caller: GatewayPrincipal,
    request: TransactionRequest,
    processor: Processor,
    found: FoundMethod,
  ): Plan['draft'] {
    const now = this.clock.date();
    const billing = request.billingAddress ?? found.billingAddress ?? EMPTY_ADDRESS;
    const payer = {
      method: kindOf(found.shown),
      state: billing.state || null,
      bin: binOf(found.shown),
      isExempt: found.isExempt,
    };
    return {
      ...request.echoed,
      ...decideAmounts(request, processor, payer),
      ...UNCHARGED,
      ...UNANSWERED,
      accountId: caller.accountId,
      userId: caller.id,
      type: request.type,
      processorId: processor.id,
      terminalId: found.shown.type === 'terminal' ? found.shown.terminalId : '',
      methodKind: request.method.kind,
      paymentType: PAYMENT_TYPE[found.shown.type],
      method: found.shown,
      responseId: newXid(now.getTime()),
      vaultRecord: makesRecord(request) ? this.vault.draw() : null,
      customerId: found.customerId,
      referencedTransactionId: '',
      billingAddress: billing,
      shippingAddress: request.shippingAddress ?? found.shippingAddress ?? EMPTY_ADDRESS,
      createdAt: now,
      updatedAt: now,
    };
  }
}

const PAYMENT_TYPE = { card: 'card', terminal: 'card', ach: 'echeck', apm: 'apm' } as const;

/** Not of what is in the vault already, nor of what no vault keeps. */
function makesRecord({ createsVaultRecord, method, type }: TransactionRequest): boolean {
  return createsVaultRecord && type !== 'credit' && !KEPT_NOWHERE.includes(method.kind);
}

/** A processor charges certain kinds, and may want a card's CVC. */
function refuseMethod({ cvcRequired }: Processor, { method }: TransactionRequest): void {
  if (cvcRequired && method.kind === 'card' && method.card.cvc === undefined)
    throw invalidRequest('payment_method.card.cvc is required');
}

function refuseKind({ type }: TransactionRequest, shown: TransactionMethod, { methods }: Processor): void {
  const kind = shown.type === 'terminal' || shown.type === 'apm' ? shown.type : kindOf(shown);
  if (kind === 'apm' && type !== 'sale') throw invalidRequest(`type ${type} is not made by redirect`);
  if (kind === 'terminal' && type !== 'sale' && type !== 'authorize')
    throw invalidRequest(`type ${type} is not made at a terminal`);
  if (!methods.includes(kind)) throw invalidRequest(`the processor charges no ${kind}`);
  if (type === 'authorize' && kind === 'ach') throw invalidRequest('type authorize needs a card');
}

function declinedHere({ echoed }: TransactionRequest, { flags }: FoundMethod): Refusal | null {
  const locked =
    flags.find((flag) => flag === 'locked_security' || flag === 'closed_contact') ??
    (echoed.billingMethod === 'recurring' ? flags.find((flag) => flag === 'locked_stop_recurring') : undefined);
  if (locked === undefined) return null;
  return { responseCode: RESPONSE.declinedByGateway, code: locked, text: 'declined by the gateway' };
}

const kindOf = (shown: TransactionMethod): 'card' | 'ach' => (shown.type === 'ach' ? 'ach' : 'card');

/** The digits before the stars of `401200******5439`. */
function binOf(shown: TransactionMethod): string | null {
  return shown.type === 'card' ? (/^\d{6}/.exec(shown.maskedNumber)?.[0] ?? null) : null;
}
