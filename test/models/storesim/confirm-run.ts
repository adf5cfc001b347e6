import type { Told } from './model.types.js';
import type { Request } from './protocol.js';
import type { Slot } from './scheduler.js';

/** What one confirm request knows so far. */
export interface ConfirmRun {
  readonly id: string;
  readonly card: string;
  readonly slot: Slot<Told>;
  readonly request: Request;
  /** It has sent, or left behind, something whose outcome it does not know. */
  unknown: boolean;
  /** The attempt with this request's card that it started or sent again; 0 until then. */
  own: number;
}
