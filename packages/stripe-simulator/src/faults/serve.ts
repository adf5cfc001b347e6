import type { ServerResponse } from 'node:http';
import type { Answer, ApiRequest, Done, Pipeline } from '../api/pipeline.js';
import type { Idempotency } from '../api/idempotency.js';
import { send, sendInPieces, sendTruncated } from '../http/send.js';
import type { Action, Fault } from './fault.js';
import type { Faults } from './faults.js';
import { statusError } from './status-error.js';

interface Parts {
  pipeline: Pipeline;
  idempotency: Idempotency;
  faults: Faults;
}

/** Bytes per piece of a slow body. */
const PIECE = 16;

/** Answers a request that a fault struck. `note` tells the log what was done, possibly long after the client left. */
export async function serveFaulty(
  parts: Parts,
  fault: Fault,
  request: ApiRequest,
  response: ServerResponse,
  note: (done: Partial<Done> & { status: number | null }) => void,
): Promise<void> {
  const { action } = fault;
  const run = () => {
    const done = parts.pipeline.run(request);
    note({ ...done, status: done.answer.status });
    return done.answer;
  };
  switch (action.type) {
    case 'drop_before':
      note({ status: null });
      return;
    case 'drop_after_effect':
      run();
      note({ status: null });
      return;
    case 'delay_effect':
      note({ status: null });
      if ((await parts.faults.delay(fault.id, action.ms ?? 0)) === 'due') run();
      note({ status: null });
      return;
    case 'hold':
      if (await busyUntil(parts, request, parts.faults.hold(fault.id))) send(response, run());
      return;
    case 'latency':
      if (await busyUntil(parts, request, parts.faults.delay(fault.id, fault.wait()))) send(response, run());
      return;
    case 'status':
      send(response, withStatus(parts, fault, request, note));
      return;
    case 'reset_before':
      note({ status: null });
      response.socket?.resetAndDestroy();
      return;
    case 'reset_after':
      run();
      note({ status: null });
      response.socket?.resetAndDestroy();
      return;
    case 'truncate_body':
      sendTruncated(response, run(), action.bytes);
      return;
    case 'slow_body':
      await sendInPieces(response, run(), ...pace(action));
      return;
    case 'bad_json':
      send(response, brokenJson(run()));
      return;
  }
}

/** Bytes per piece, and milliseconds between pieces. */
function pace({ bps, bytes = PIECE, ms = 100 }: Action): [bytes: number, ms: number] {
  if (bps === undefined) return [bytes, ms];
  // Ten pieces a second, or one byte at a time where that is too fast.
  return bps >= 10 ? [Math.round(bps / 10), 100] : [1, 1000 / bps];
}

/** Keeps the request's key busy until `wait` ends. A key that is busy already is answered at once. False: forget it. */
async function busyUntil(parts: Parts, request: ApiRequest, wait: Promise<string>): Promise<boolean> {
  const key = request.method === 'POST' ? request.idempotencyKey : undefined;
  if (key === undefined) return (await wait) === 'due';
  if (parts.idempotency.isBusy(key)) return true;
  parts.idempotency.markBusy(key);
  const ended = await wait;
  parts.idempotency.release(key);
  return ended === 'due';
}

function withStatus(
  parts: Parts,
  fault: Fault,
  request: ApiRequest,
  note: (done: Partial<Done> & { status: number | null }) => void,
): Answer {
  const { action } = fault;
  const error = statusError(action);
  const answer = parts.pipeline.errorAnswer(request, error);
  const after = action.when === 'after';
  if (after) {
    const done = parts.pipeline.run(request);
    note({ ...done, status: error.status });
    if (!done.executed) return { ...answer, headers: { ...answer.headers, 'original-request': request.id } };
  } else {
    note({ status: error.status });
  }
  const saved = error.status >= 500 && error.status !== 503 ? action.cached !== false : after && action.cached === true;
  if (saved) parts.pipeline.saveInstead(request, error.status, answer.body);
  return answer;
}

function brokenJson(answer: Answer): Answer {
  return { ...answer, body: `${answer.body.slice(0, Math.floor(answer.body.length * 0.7))}<<` };
}
