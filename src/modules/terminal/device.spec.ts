import { deviceOf } from './device.js';

it.each([
  ['stripe_s700', 'stripe', 's700'],
  ['verifone_P400', 'verifone', 'P400'],
  ['bbpos_wisepos_e', 'bbpos', 'wisepos_e'],
  ['simulated_stripe_s700', 'simulated', 'stripe_s700'],
  ['mobile_phone_reader', '', 'mobile_phone_reader'],
  ['z11', '', 'z11'],
])('%s is made by %j, model %s', (deviceType, manufacturer, model) => {
  expect(deviceOf(deviceType)).toEqual({ manufacturer, model });
});
