/** Breaks one rule of idempotency: in `file` of packages/stripe-simulator/src, `find` becomes `replace`. */
export interface Mutant {
  name: string;
  breaks: string;
  file: string;
  find: string | RegExp;
  replace: string;
}

const KEYS = 'api/idempotency.ts';
const PIPELINE = 'api/pipeline.ts';
const FAULTS = 'faults/serve.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'key_ignored',
    breaks: 'a key means nothing',
    file: PIPELINE,
    find: "const key = request.method === 'POST' ? request.idempotencyKey : undefined;\n    if (key",
    replace: 'const key: string | undefined = undefined as string | undefined;\n    if (key',
  },
  {
    name: 'content_is_the_key',
    breaks: 'what was sent is taken for the key',
    file: PIPELINE,
    find: "const key = request.method === 'POST' ? request.idempotencyKey : undefined;\n    if (key",
    replace:
      "const key =\n      request.method === 'POST' && request.idempotencyKey !== undefined\n        ? `${request.path} ${request.body}`.slice(-255)\n        : undefined;\n    if (key",
  },
  {
    name: 'executed_again',
    breaks: 'a repeat runs again instead of giving the saved answer',
    file: PIPELINE,
    find: '    if (saved !== undefined) {\n      return',
    replace: '    if (saved !== undefined && saved.status > 999) {\n      return',
  },
  {
    name: 'object_of_today',
    breaks: 'a replay looks the object up instead of giving the saved body',
    file: PIPELINE,
    find: 'return this.answer(request, status, value, {',
    replace:
      'const { id } = value as { id: string };\n    return this.answer(request, status, this.world.tables.customer.get(id) ?? this.world.tables.paymentIntent.get(id) ?? value, {',
  },
  {
    name: 'other_bytes',
    breaks: 'a replay is the same value, but not the same bytes',
    file: PIPELINE,
    find: 'return this.answer(request, status, value, {',
    replace: 'return this.answer(request, status, JSON.parse(JSON.stringify({ replayed: 1, ...(value as object) })), {',
  },
  {
    name: 'status_lost',
    breaks: 'a replay is always 200',
    file: PIPELINE,
    find: 'return this.answer(request, status, value, {',
    replace: 'return this.answer(request, 200, value, {',
  },
  {
    name: 'replay_not_marked',
    breaks: 'no Idempotent-Replayed header',
    file: PIPELINE,
    find: "      'idempotent-replayed': 'true',\n",
    replace: '',
  },
  {
    name: 'first_marked',
    breaks: 'the first answer says that it is a replay',
    file: PIPELINE,
    find: "    answer.headers['original-request'] = request.id;",
    replace:
      "    answer.headers['original-request'] = request.id;\n    answer.headers['idempotent-replayed'] = 'true';",
  },
  {
    name: 'request_id_replayed',
    breaks: 'a replay has the request id of the first answer',
    file: PIPELINE,
    find: "      'original-request': requestId,\n",
    replace: "      'original-request': requestId,\n      'request-id': requestId,\n",
  },
  {
    name: 'other_parameters_taken',
    breaks: 'parameters are not compared',
    file: KEYS,
    find: 'if (saved.paramsHash !== paramsHash) throw otherParams(key);',
    replace: '',
  },
  {
    name: 'only_top_level_compared',
    breaks: 'parameters inside a hash are not compared',
    file: KEYS,
    find: '.update(canonical(params))',
    replace:
      ".update(canonical(Object.fromEntries(Object.entries(params).filter(([, value]) => typeof value === 'string'))))",
  },
  {
    name: 'only_sent_compared',
    breaks: 'a repeat may leave parameters out',
    file: KEYS,
    find: '.update(canonical(params))',
    replace: ".update(String(params['email'] ?? params['currency'] ?? params['payment_method'] ?? canonical(params)))",
  },
  {
    name: 'other_endpoint_taken',
    breaks: 'the endpoint is not compared',
    file: KEYS,
    find: 'if (saved.endpoint !== endpoint) throw otherEndpoint(key, saved.endpoint, endpoint);',
    replace: '',
  },
  {
    name: 'keys_per_endpoint',
    breaks: 'each endpoint has keys of its own',
    file: PIPELINE,
    find: "const key = request.method === 'POST' ? request.idempotencyKey : undefined;\n    if (key",
    replace:
      "const key =\n      request.method === 'POST' && request.idempotencyKey !== undefined\n        ? `${request.path} ${request.idempotencyKey}`.slice(-255)\n        : undefined;\n    if (key",
  },
  {
    name: 'no_busy_mark',
    breaks: 'a second request runs while the first is under way',
    file: KEYS,
    find: 'this.busy.add(key);',
    replace: '',
  },
  {
    name: 'busy_for_ever',
    breaks: 'a key stays in use after its first request was answered',
    file: KEYS,
    find: 'this.busy.delete(key);',
    replace: '',
  },
  {
    name: 'kept_for_ever',
    breaks: 'keys are never forgotten',
    file: KEYS,
    find: 'const KEPT_MS = 24 * 60',
    replace: 'const KEPT_MS = 24_000_000 * 60',
  },
  {
    name: 'forgotten_early',
    breaks: 'keys are forgotten after 23 hours',
    file: KEYS,
    find: 'const KEPT_MS = 24 * 60',
    replace: 'const KEPT_MS = 23 * 60',
  },
  {
    name: 'no_402_saved',
    breaks: 'a decline is not saved',
    file: KEYS,
    find: 'status === 200 || status === 402 ||',
    replace: 'status === 200 ||',
  },
  {
    name: 'no_500_saved',
    breaks: 'a 500 is not saved',
    file: FAULTS,
    find: /const saved = error\.status >= 500[^;]*;/,
    replace: 'const saved = false;',
  },
  {
    name: 'refused_parameters_saved',
    breaks: 'a refused parameter is saved',
    file: PIPELINE,
    find: 'return { answer: this.failure(request, error, caller), executed: false, replayed: false };\n    }\n  }',
    replace:
      'const refusal = this.failure(request, error, caller);\n      const key = request.idempotencyKey;\n      if (key !== undefined && refusal.status === 400) this.save(request, key, hashParams(this.rawParams(request)), refusal);\n      return { answer: refusal, executed: false, replayed: false };\n    }\n  }',
  },
  {
    name: 'refused_key_saved',
    breaks: 'a 401 is saved',
    file: PIPELINE,
    find: 'return { answer: this.failure(request, error, caller), executed: false, replayed: false };\n    }\n  }',
    replace:
      'const refusal = this.failure(request, error, caller);\n      const key = request.idempotencyKey;\n      if (key !== undefined && refusal.status === 401) this.save(request, key, hashParams(this.rawParams(request)), refusal);\n      return { answer: refusal, executed: false, replayed: false };\n    }\n  }',
  },
  {
    name: 'limited_saved',
    breaks: 'a 429 is saved',
    file: FAULTS,
    find: 'const saved = error.status >= 500',
    replace: 'const saved = error.status === 429 || error.status >= 500',
  },
  {
    name: 'gets_use_keys',
    breaks: 'a GET is answered from its key',
    file: PIPELINE,
    find: "const key = request.method === 'POST' ? request.idempotencyKey : undefined;\n    if (key",
    replace: "const key = request.method !== 'DELETE' ? request.idempotencyKey : undefined;\n    if (key",
  },
  {
    name: 'deletes_use_keys',
    breaks: 'a DELETE is answered from its key',
    file: PIPELINE,
    find: "const key = request.method === 'POST' ? request.idempotencyKey : undefined;\n    if (key",
    replace: "const key = request.method !== 'GET' ? request.idempotencyKey : undefined;\n    if (key",
  },
  {
    name: 'any_length',
    breaks: 'a key may be as long as it likes',
    file: KEYS,
    find: 'const MAX_KEY_LENGTH = 255;',
    replace: 'const MAX_KEY_LENGTH = 9999;',
  },
  {
    name: 'short_keys_only',
    breaks: 'a key of 255 characters is refused',
    file: KEYS,
    find: 'const MAX_KEY_LENGTH = 255;',
    replace: 'const MAX_KEY_LENGTH = 254;',
  },
];
