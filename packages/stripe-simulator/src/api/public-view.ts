/** Properties that a browser with a publishable key sees, by object. What is not listed here is shown as it is. */
const SHOWN: Record<string, readonly string[]> = {
  payment_intent: (
    'id object amount amount_details automatic_payment_methods canceled_at cancellation_reason capture_method client_secret ' +
    'confirmation_method created currency description last_payment_error livemode next_action payment_method ' +
    'payment_method_configuration_details payment_method_types processing receipt_email setup_future_usage shipping source status'
  ).split(' '),
  setup_intent: (
    'id object automatic_payment_methods cancellation_reason client_secret created description last_setup_error livemode ' +
    'next_action payment_method payment_method_configuration_details payment_method_types status usage'
  ).split(' '),
};

const HIDDEN: Record<string, readonly string[]> = { payment_method: ['metadata'] };

/** The value as a browser sees it, down to the objects inside errors. */
export function publicView(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(publicView);
  if (typeof value !== 'object' || value === null) return value;
  const kind = 'object' in value && typeof value.object === 'string' ? value.object : '';
  const shown = Object.entries<unknown>({ ...value }).filter(
    ([key]) =>
      SHOWN[kind]?.includes(key) !== false &&
      HIDDEN[kind]?.includes(key) !== true &&
      // It would recognise a card across customers.
      key !== 'fingerprint',
  );
  return Object.fromEntries(shown.map(([key, inner]) => [key, publicView(inner)]));
}
