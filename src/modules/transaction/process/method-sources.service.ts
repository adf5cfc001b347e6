import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { providerRefused, providerUnreachable } from '../../../platform/stripe/provider-failure.js';
import type { BillingDetails } from '../../../platform/stripe/provider-method.types.js';
import { RawCardData } from '../../../platform/stripe/raw-card-data.js';
import { StripeMethods } from '../../../platform/stripe/stripe-methods.js';
import { ADDRESS_FIELDS, type AddressField, type VaultAddress } from '../../customer/record/address.types.js';
import { maskedAccountNumber, maskedCardNumber } from '../../customer/record/method-facts.js';
import type { MethodFlag } from '../../customer/record/payment-method.types.js';
import type { VaultCustomer } from '../../customer/record/vault-customer.types.js';
import { VaultCustomerService } from '../../customer/vault-customer.service.js';
import { TerminalService } from '../../terminal/terminal.service.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { EMPTY_ADDRESS } from '../record/transaction-address.js';
import type { TransactionAddress, TransactionMethod } from '../record/transaction.types.js';
import type { MethodSource } from './method-source.js';
import { expirationOf, type GatewayMethod, payableOf, payableOfVault } from './payable-method.js';
import type { AskedMethod, TransactionRequest } from './process.types.js';

/** The payment method that a request means, and what comes with it. */
export interface FoundMethod {
  readonly source: MethodSource;
  readonly shown: TransactionMethod;
  /** Vault customer who has it; empty for none. */
  readonly customerId: string;
  /** Ids of the vault's records, for the payment's metadata; null for none. */
  readonly vault: { readonly recordId: string; readonly methodId: string } | null;
  readonly flags: readonly MethodFlag[];
  readonly isExempt: boolean;
  readonly billingAddress: TransactionAddress | null;
  readonly shippingAddress: TransactionAddress | null;
}

type Asked<K extends AskedMethod['kind']> = Extract<AskedMethod, { kind: K }>;

const NOBODYS = {
  customerId: '',
  vault: null,
  flags: [],
  isExempt: false,
  billingAddress: null,
  shippingAddress: null,
} as const;

/** Finds what a request charges: reads only, so that a bad one changes nothing here and nothing at Stripe. */
@Injectable()
export class MethodSources {
  constructor(
    private readonly vault: VaultCustomerService,
    private readonly stripe: StripeMethods,
    private readonly rawCards: RawCardData,
    private readonly terminals: TerminalService,
  ) {}

  /** Throws AppError validation_failed for what is not there; provider_unreachable, provider_refused. */
  async find(caller: GatewayPrincipal, request: TransactionRequest): Promise<FoundMethod> {
    const { method } = request;
    switch (method.kind) {
      case 'card':
        this.refuseNumbers('card');
        return { ...NOBODYS, ...ofCard(method, request) };
      case 'ach':
        this.refuseNumbers('account');
        return { ...NOBODYS, ...ofAccount(method, request) };
      case 'token':
        return { ...NOBODYS, ...(await this.ofToken(method)) };
      case 'customer':
        return this.ofCustomer(caller, method);
      case 'apm':
        return { ...NOBODYS, ...ofRedirect(method, request) };
      case 'terminal':
        return { ...NOBODYS, ...(await this.ofTerminal(caller, method)) };
    }
  }

  private refuseNumbers(what: string): void {
    if (!this.rawCards.mayBeSent) throw invalidRequest(`${what} numbers are not taken here, send a token`);
  }

  /** A `pm_…` is looked at; what a `tok_…` is of is known once it is used. */
  private async ofToken({ token }: Asked<'token'>): Promise<Pick<FoundMethod, 'source' | 'shown'>> {
    if (!token.startsWith('pm_')) {
      const shown = { type: 'card', brand: '', maskedNumber: '', expirationDate: '' } as const;
      return { source: { kind: 'token', token, shown }, shown };
    }
    const answer = await atFailpoint('transaction.look_token', () => this.stripe.retrieve(token));
    if (answer.outcome === 'done') {
      const method = payableOf(answer.value, null);
      // A saved method is charged as its customer's, whose account and locks are looked at; whose this one is nobody has said.
      if (method.providerCustomerId !== '') throw invalidRequest('payment_method.token is unknown');
      return { source: { kind: 'ready', method }, shown: method.shown };
    }
    if (answer.outcome !== 'refused') throw providerUnreachable();
    if (answer.status === 400 || answer.status === 404) throw invalidRequest('payment_method.token is unknown');
    throw providerRefused(answer);
  }

  private async ofTerminal(
    { accountId }: GatewayPrincipal,
    { terminalId }: Asked<'terminal'>,
  ): Promise<Pick<FoundMethod, 'source' | 'shown'>> {
    const terminal = await atFailpoint('transaction.look_terminal', () => this.terminals.find(accountId, terminalId));
    if (terminal === null) throw invalidRequest('payment_method.terminal.id is unknown');
    if (terminal.status !== 'active') throw invalidRequest('payment_method.terminal.id is not active');
    const nothingRead = { brand: '', maskedNumber: '', entryType: '', cardholderName: '' };
    const batchNumber = String(terminal.batchNumber);
    const shown = { type: 'terminal', terminalId, batchNumber, ...nothingRead } as const;
    const unknown = {
      providerMethodId: '',
      providerCustomerId: '',
      methodType: 'card_present',
      instrument: '',
    } as const;
    return { source: { kind: 'ready', method: { ...unknown, readerId: terminal.providerReaderId, shown } }, shown };
  }

  private async ofCustomer(caller: GatewayPrincipal, asked: Asked<'customer'>): Promise<FoundMethod> {
    const customer = await this.vault.find(caller, asked.customerId);
    if (customer === null) throw invalidRequest('payment_method.customer.id is unknown');
    const method = methodOf(customer, asked);
    const payable = payableOfVault(customer, method);
    return {
      source: { kind: 'ready', method: payable },
      shown: payable.shown,
      customerId: customer.customerId,
      vault: { recordId: customer._id, methodId: method.id },
      flags: method.flags,
      isExempt: [...customer.flags, ...method.flags].includes('surcharge_exempt'),
      billingAddress: addressOf(customer, asked.billingAddressId, 'billingAddressId', 'billing_address_id'),
      shippingAddress: addressOf(customer, asked.shippingAddressId, 'shippingAddressId', 'shipping_address_id'),
    };
  }
}

function ofCard({ card }: Asked<'card'>, request: TransactionRequest): Pick<FoundMethod, 'source' | 'shown'> {
  const { number, expiryMonth, expiryYear } = card;
  const expirationDate = expirationOf(expiryMonth, expiryYear);
  const shown = { type: 'card', brand: '', maskedNumber: maskedCardNumber(number), expirationDate } as const;
  return { source: { kind: 'card', card, billing: toBillingDetails(request.billingAddress), shown }, shown };
}

function ofAccount(
  { account, accountNumber }: Asked<'ach'>,
  { billingAddress }: TransactionRequest,
): Pick<FoundMethod, 'source' | 'shown'> {
  const shown = { type: 'ach', ...account, maskedAccountNumber: maskedAccountNumber(accountNumber) } as const;
  const holder = nameOf(billingAddress ?? EMPTY_ADDRESS) || 'Account holder';
  return { source: { kind: 'ach', accountNumber, account, holder, shown }, shown };
}

const REDIRECT_TYPES = { alipay: 'alipay', wechatpay: 'wechat_pay', oxxo: 'oxxo', klarna: 'klarna' } as const;

/** Stripe wants to know of some payers who they are. */
function ofRedirect(
  { apm, returnUrl }: Asked<'apm'>,
  { billingAddress, echoed }: TransactionRequest,
): Pick<FoundMethod, 'source' | 'shown'> {
  const address = billingAddress ?? EMPTY_ADDRESS;
  const payer = {
    type: REDIRECT_TYPES[apm],
    name: nameOf(address),
    email: address.email || echoed.emailAddress,
    country: address.country,
  };
  if (apm === 'klarna' || apm === 'oxxo') {
    if (payer.email === '') throw invalidRequest(`billing_address.email is required for ${apm}`);
    if (apm === 'klarna' && payer.country === '')
      throw invalidRequest('billing_address.country is required for klarna');
    if (apm === 'oxxo' && !/\S{2,} \S{2,}/.test(payer.name))
      throw invalidRequest('billing_address.first_name and last_name are required for oxxo');
  }
  const shown = { type: 'apm', apm, redirectUrl: '' } as const;
  return { source: { kind: 'redirect', payer, returnUrl, shown }, shown };
}

function toBillingDetails(address: TransactionAddress | null): BillingDetails {
  const { line1, line2, city, state, postalCode, country, email, phone } = address ?? EMPTY_ADDRESS;
  const name = nameOf(address ?? EMPTY_ADDRESS);
  return { name, email, phone, line1, line2, city, state, postalCode, country };
}

const nameOf = ({ firstName, lastName, company }: TransactionAddress): string =>
  `${firstName} ${lastName}`.trim() || company;

function methodOf({ methods, defaults }: VaultCustomer, { methodId, methodType }: Asked<'customer'>): GatewayMethod {
  const ofType = methods
    .filter((method): method is GatewayMethod => method.type !== 'sepa')
    .filter(({ type }) => methodType === null || type === methodType);
  const wanted = methodId ?? defaults.methodId;
  const found = ofType.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  if (methodId !== null) throw invalidRequest('payment_method.customer.payment_method_id is unknown');
  const [first] = ofType;
  if (first === undefined) throw invalidRequest('the customer has no such payment method');
  return first;
}

function addressOf(
  { addresses, defaults }: VaultCustomer,
  asked: string | null,
  which: 'billingAddressId' | 'shippingAddressId',
  field: string,
): TransactionAddress | null {
  const wanted = asked ?? defaults[which];
  if (wanted === null) return null;
  const found = addresses.find(({ id }) => id === wanted);
  if (found === undefined && asked !== null) throw invalidRequest(`payment_method.customer.${field} is unknown`);
  return found === undefined ? null : linesOf(found);
}

function linesOf(address: VaultAddress): TransactionAddress {
  const lines = Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, address[field]])) as Record<
    AddressField,
    string
  >;
  return { ...lines, addressId: address.id };
}
