import type { Person, SaidPerson } from '../../../modules/customer/person/person.types.js';
import type { CensusPerson, NewCensusPerson } from './person.dto.js';

export function toSaidPerson(body: NewCensusPerson): SaidPerson {
  const { id, ids = [], name, email, vault_customer_id: vaultCustomerId } = body;
  return {
    identifiers: [id, ...ids],
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(vaultCustomerId === undefined ? {} : { vaultCustomerId }),
  };
}

export function toCensusPerson({ identifiers, name, email }: Person): CensusPerson {
  const [id = ''] = identifiers;
  return { id, ids: [...identifiers], name: name || null, email: email || null };
}
