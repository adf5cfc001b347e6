'use strict';
const { randomUUID } = require('node:crypto');
const { GhostError, send } = require('./send.js');

/** Of the product on this machine. */
const DEFAULT_BASE_URL = 'http://127.0.0.1:3000/ghost';

/** Makes a client; its members are the API's resources. Throws a TypeError when a key is missing. */
function ghost({ publicKey, secretKey, baseUrl = DEFAULT_BASE_URL, timeoutMs = 60_000, maxRetries = 4 } = {}) {
  for (const [name, key] of Object.entries({ publicKey, secretKey }))
    if (typeof key !== 'string' || key === '') throw new TypeError(`${name} is required`);
  const authorization = `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;
  const settings = { authorization, baseUrl: `${baseUrl}`.replace(/\/+$/, ''), timeoutMs, maxRetries };
  const call = (method, template, options) => (input) => request(settings, method, template, { ...options, input });
  return {
    account: { get: call('GET', '/accounts/:accountId') },
    charge: {
      // The key is drawn once a call, and every try of the call sends it: the card is charged once.
      create: async (input, { idempotencyKey = randomUUID() } = {}) =>
        request(settings, 'POST', '/charges', { input, idempotencyKey, repeatable: true }),
    },
    customerCard: {
      get: call('GET', '/customers/:customerId/cards/:cardId'),
      create: call('POST', '/customers/:customerId/cards'),
      delete: call('DELETE', '/customers/:customerId/cards/:cardId'),
    },
    customer: {
      get: call('GET', '/customers/:customerId'),
      create: call('POST', '/customers'),
      update: call('PUT', '/customers/:customerId'),
      delete: call('DELETE', '/customers/:customerId'),
    },
  };
}

/**
 * What the template names is taken out of the input; the rest is the body. A GET and a PUT may be sent again, because a second one
 * changes nothing; a creation without a key may not, and a repeated deletion would find nothing.
 */
async function request(settings, method, template, { input = {}, idempotencyKey, repeatable } = {}) {
  const body = { ...input };
  const path = template.replace(/:(\w+)/g, (_all, name) => {
    const value = body[name];
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '')
      throw new TypeError(`${name} is required`);
    delete body[name];
    return encodeURIComponent(value);
  });
  return send(settings, {
    method,
    path,
    body: method === 'POST' || method === 'PUT' ? body : undefined,
    idempotencyKey,
    repeatable: repeatable ?? (method === 'GET' || method === 'PUT'),
  });
}

module.exports = Object.assign(ghost, { ghost, GhostError });
