import type Stripe from 'stripe';
import { toProviderReader } from './stripe-terminals.js';

it.each([
  ['online', 'online'],
  ['offline', 'offline'],
  ['a word of tomorrow', 'offline'],
  [null, null],
])('a reader of status %j is %j', (status, ours) => {
  const reader = {
    id: 'tmr_1',
    label: 'Counter',
    device_type: 'stripe_s700',
    serial_number: '1',
    status,
    location: { id: 'tml_1' },
  } as Stripe.Terminal.Reader;
  expect(toProviderReader(reader)).toEqual({
    id: 'tmr_1',
    label: 'Counter',
    deviceType: 'stripe_s700',
    serialNumber: '1',
    status: ours,
    locationId: 'tml_1',
  });
});
