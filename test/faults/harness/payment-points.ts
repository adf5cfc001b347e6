import { type Failpoint, FAILPOINTS } from '../../../src/platform/common/failpoint-names.js';

/** `test/faults/vault-failpoints.spec.ts` is about these; no shopper comes to them. */
const OF_THE_VAULT = /^(vault|vault_contact|vault_customer|vault_resolver|creation|method|undo|twins|removal)\./;

/** The failpoints of the payment, webhook, resolver and sweeper paths. */
export const PAYMENT_POINTS = (Object.keys(FAILPOINTS) as Failpoint[]).filter((name) => !OF_THE_VAULT.test(name));
