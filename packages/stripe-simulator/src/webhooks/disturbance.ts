/** Ways to disturb deliveries, set by `POST /_sim/webhooks`. Chances are 0 to 1. */
export interface Disturbance {
  /** Nothing is sent; what is due waits. */
  paused: boolean;
  /** Chance that a delivery is lost for good, unsent. */
  drop: number;
  /** Chance that an attempt is sent twice. */
  duplicate: number;
  /** Every first attempt waits up to this long, so that they overtake each other. Milliseconds of real time. */
  reorder_ms: number;
  /** Every attempt waits this long. Milliseconds of real time. */
  delay_ms: number;
  corrupt_signature: boolean;
  /** Subtracted from the signed time. */
  stale_seconds: number;
  /** The API's answer waits until the first attempt of its events is over. */
  before_response: boolean;
  /** Waits between attempts instead of Stripe's, in milliseconds of simulator time; the last one repeats. */
  retry_ms: number[] | null;
}

export const UNDISTURBED: Disturbance = {
  paused: false,
  drop: 0,
  duplicate: 0,
  reorder_ms: 0,
  delay_ms: 0,
  corrupt_signature: false,
  stale_seconds: 0,
  before_response: false,
  retry_ms: null,
};
