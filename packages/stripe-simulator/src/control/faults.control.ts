import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Distribution } from '../faults/distribution.js';
import { type Action, ACTIONS, type Fault, type Match } from '../faults/fault.js';
import { asHash, chance, flag, integer, type Json, LONGEST_WAIT_MS, number, onlyKnown, text } from './body.js';
import type { ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

const MATCH = [
  'method',
  'path',
  'pi',
  'keyPrefix',
  'keyIncludes',
  'publishable',
  'nth',
  'times',
  'probability',
  'seed',
];
const ACTION = ['type', 'ms', 'dist', 'status', 'when', 'code', 'param', 'headers', 'bytes', 'bps', 'cached'];

function readMatch(body: Json): Match {
  onlyKnown(body, MATCH, 'match');
  const { seed } = body;
  return {
    method: text(body, 'method'),
    path: text(body, 'path'),
    pi: text(body, 'pi'),
    keyPrefix: text(body, 'keyPrefix'),
    keyIncludes: text(body, 'keyIncludes'),
    publishable: flag(body, 'publishable'),
    nth: integer(body, 'nth', 1),
    times: integer(body, 'times', 0),
    probability: chance(body, 'probability'),
    seed: typeof seed === 'number' || typeof seed === 'string' ? seed : undefined,
  };
}

function readAction(body: Json): Action {
  onlyKnown(body, ACTION, 'action');
  const type = ACTIONS.find((known) => known === body['type']);
  if (type === undefined) throw new ControlError(400, `action.type must be one of ${ACTIONS.join(', ')}.`);
  const when = text(body, 'when');
  if (when !== undefined && when !== 'before' && when !== 'after') {
    throw new ControlError(400, "action.when must be 'before' or 'after'.");
  }
  return {
    type,
    ms: number(body, 'ms', 0, LONGEST_WAIT_MS),
    dist: readDistribution(body['dist']),
    status: integer(body, 'status', 400, 599),
    when,
    code: text(body, 'code'),
    param: text(body, 'param'),
    headers: readHeaders(body['headers']),
    bytes: integer(body, 'bytes', type === 'truncate_body' ? 0 : 1),
    bps: number(body, 'bps', 0.1, 1e9),
    cached: flag(body, 'cached'),
  };
}

function readHeaders(value: unknown): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  const headers = Object.entries(asHash(value, 'action.headers'));
  return Object.fromEntries(headers.map(([name, sent]) => readHeader(name.toLowerCase(), sent)));
}

function readHeader(name: string, value: unknown): [string, string] {
  const sent = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  try {
    validateHeaderName(name);
    validateHeaderValue(name, sent);
  } catch {
    throw new ControlError(400, `action.headers: ${name} cannot be sent.`);
  }
  return [name, sent];
}

function readDistribution(value: unknown): Distribution | undefined {
  if (value === undefined) return undefined;
  const body = asHash(value, 'action.dist');
  onlyKnown(body, ['min', 'max', 'p50', 'p99'], 'action.dist');
  const [min, max, p50, p99] = ['min', 'max', 'p50', 'p99'].map((name) => number(body, name, 0, LONGEST_WAIT_MS));
  if (min !== undefined && max !== undefined && p50 === undefined && p99 === undefined && min <= max)
    return { min, max };
  if (min === undefined && p50 !== undefined && p99 !== undefined && p50 > 0 && p50 <= p99) return { p50, p99, max };
  throw new ControlError(400, 'action.dist must be {min, max} or {p50, p99, max?}, each at least the one before.');
}

function shown(fault: Fault) {
  const { id, match, action, matched, hits, spent } = fault;
  return { id, match, action, matched, hits, spent };
}

export const faultRoutes: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/_sim/faults',
    run({ parts, body }) {
      onlyKnown(body, ['match', 'action'], 'a fault');
      const fault = parts.faults.add(
        readMatch(asHash(body['match'] ?? {}, 'match')),
        readAction(asHash(body['action'], 'action')),
      );
      return { id: fault.id };
    },
  },
  { method: 'GET', path: '/_sim/faults', run: ({ parts }) => ({ faults: parts.faults.list().map(shown) }) },
  {
    method: 'POST',
    path: '/_sim/faults/release',
    run: ({ parts, body }) => ({ released: parts.faults.release(text(body, 'id')) }),
  },
  {
    method: 'DELETE',
    path: '/_sim/faults',
    run({ parts }) {
      const deleted = parts.faults.list().length;
      parts.faults.clear();
      return { deleted };
    },
  },
  {
    method: 'DELETE',
    path: '/_sim/faults/*',
    run({ parts, id }) {
      if (!parts.faults.remove(id)) throw new ControlError(404, `No fault ${id}.`);
      return { deleted: 1 };
    },
  },
];
