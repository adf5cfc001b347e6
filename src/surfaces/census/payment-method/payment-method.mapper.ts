import type { PersonMethodView } from '../../../modules/customer/person/person-method.types.js';
import type { CensusPaymentMethod } from './payment-method.dto.js';

const TYPES = { card: 'PaymentMethods::CreditCard', sepa: 'PaymentMethods::DirectDebit' } as const;

export function toCensusPaymentMethod({
  number,
  name,
  type,
  status,
  isVerified,
}: PersonMethodView): CensusPaymentMethod {
  return { id: number, name, type: TYPES[type], status, 'verified?': isVerified };
}
