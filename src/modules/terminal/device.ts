/** Maker and model in the words of a merchant's list. */
export interface Device {
  readonly manufacturer: string;
  readonly model: string;
}

/** A telephone that is its own reader. Its name is no maker's. */
const PHONE = 'mobile_phone_reader';

/** Stripe's kinds of device begin with who made it, `verifone_P400`; those that are only simulated with `simulated`. */
export function deviceOf(deviceType: string): Device {
  const [, manufacturer, model] = /^([^_]+)_(.+)$/.exec(deviceType === PHONE ? '' : deviceType) ?? [];
  return { manufacturer: manufacturer ?? '', model: model ?? deviceType };
}
