import { type Action, ACTIONS, type Fault, type Match } from '../faults/fault.js';
import { asHash, flag, type Json, number, onlyKnown, text } from './body.js';
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
const ACTION = ['type', 'ms', 'status', 'when', 'code', 'headers', 'bytes', 'cached'];

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
    nth: number(body, 'nth'),
    times: number(body, 'times'),
    probability: number(body, 'probability'),
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
    ms: number(body, 'ms'),
    status: number(body, 'status'),
    when,
    code: text(body, 'code'),
    headers: readHeaders(body['headers']),
    bytes: number(body, 'bytes'),
    cached: flag(body, 'cached'),
  };
}

function readHeaders(value: unknown): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  const headers = Object.entries(asHash(value, 'action.headers'));
  return Object.fromEntries(headers.map(([name, sent]) => [name.toLowerCase(), String(sent)]));
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
