import { reasonToLeave } from './terminal-sync.service.js';

const reader = { id: 'tmr_1', label: 'a', deviceType: 'stripe_m2', serialNumber: '1', locationId: 'tml_1' };

it.each([
  ['online', {}, null],
  ['offline', {}, null],
  ['online', { locationId: 'tml_1' }, null],
  ['online', { locationId: 'tml_2' }, 'atOtherLocations'],
  [null, {}, 'mobile'],
  [null, { locationId: 'tml_1' }, 'mobile'],
] as const)('a reader of status %s, asked for %j, is left alone: %s', (status, options, reason) => {
  expect(reasonToLeave({ ...reader, status }, options)).toBe(reason);
});
