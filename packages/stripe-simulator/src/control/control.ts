import type { Faults } from '../faults/faults.js';
import type { RequestLog } from '../http/request-log.js';
import type { Sender } from '../webhooks/sender.js';
import type { World } from '../world.js';
import type { Json } from './body.js';

/** Everything that the control plane moves. */
export interface Controlled {
  world: World;
  faults: Faults;
  log: RequestLog;
  sender: Sender;
  identity: { instance: string; data: string | null; startedAt: string };
}

export interface ControlCall {
  parts: Controlled;
  body: Json;
  query: URLSearchParams;
  /** What stands for the `*` of the route's path. */
  id: string;
}

/** One endpoint under `/_sim`. `path` may have one `*`. */
export interface ControlRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  run(call: ControlCall): unknown;
}
