import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { type FeeQuote, type PayerFacts, quoteFees } from '../../calculator/fees.js';
import type { VaultMethod } from '../../customer/record/payment-method.types.js';
import type { VaultCustomer } from '../../customer/record/vault-customer.types.js';
import { VaultCustomerService } from '../../customer/vault-customer.service.js';
import type { Processor } from '../../merchant/processor.types.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { ProcessorChoice } from './processor-choice.js';

export interface FeeQuestion {
  readonly baseMinor: number;
  readonly method: PayerFacts['method'];
  readonly state: string | null;
  readonly bin: string | null;
  /** A customer of the vault, and which of their methods; null: their default one, if it is of that kind. */
  readonly customer: { readonly id: string; readonly methodId: string | null } | null;
}

/** Contract gateway 5.3: what a charge would come to. */
@Injectable()
export class FeeQuoteService {
  constructor(
    private readonly processors: ProcessorChoice,
    private readonly vault: VaultCustomerService,
  ) {}

  /** Throws AppError `validation_failed`: an unknown customer, method or processor, or a sum that no amount may be. */
  async quote(caller: GatewayPrincipal, question: FeeQuestion): Promise<FeeQuote & { readonly processor: Processor }> {
    const processor = await this.processors.ofCaller(caller);
    return { ...quoteFees(processor, question.baseMinor, await this.payer(caller, question)), processor };
  }

  private async payer(caller: GatewayPrincipal, { customer, ...asked }: FeeQuestion): Promise<PayerFacts> {
    if (customer === null) return { ...asked, isExempt: false };
    const found = await this.vault.find(caller, customer.id);
    if (found === null) throw invalidRequest('customer_id is unknown');
    const method = methodOf(found, customer.methodId, asked.method);
    return {
      ...asked,
      bin: asked.bin ?? binOf(method),
      isExempt: [found, method].some((one) => one?.flags.some((flag) => flag === 'surcharge_exempt')),
    };
  }
}

function methodOf(
  { methods, defaults }: VaultCustomer,
  named: string | null,
  kind: PayerFacts['method'],
): VaultMethod | undefined {
  const ofKind = methods.filter(({ type }) => type === kind);
  if (named === null) return ofKind.find(({ id }) => id === defaults.methodId);
  const found = ofKind.find(({ id }) => id === named);
  if (found === undefined) throw invalidRequest(`payment_id is no ${kind} of the customer`);
  return found;
}

/** The digits before the stars of `411111******1111`. */
const binOf = (method: VaultMethod | undefined): string | null =>
  method?.type === 'card' ? (/^\d+/.exec(method.maskedNumber)?.[0] ?? null) : null;
