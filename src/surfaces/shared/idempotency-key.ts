import { invalidRequest } from '../../platform/common/app-error.js';

/** Form of an `Idempotency-Key` header; its length is Stripe's own limit. */
const FORM = /^[\x21-\x7e]{1,255}$/;

/**
 * Returns the key that a client has sent; null for none. Throws AppError validation_failed for one of another form.
 * @param name how the surface's messages call it
 */
export function idempotencyKeyOf(header: string | undefined, name = 'Idempotency-Key'): string | null {
  if (header === undefined) return null;
  if (!FORM.test(header)) throw invalidRequest(`${name} must be 1 to 255 visible ASCII characters`);
  return header;
}
