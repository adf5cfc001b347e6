import { createHmac } from 'node:crypto';

/**
 * `Stripe-Signature` for a body: `t=<seconds>,v1=<hmac>` with one `v1` per secret, as while a secret is being rotated.
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function signatureHeader(body: string, secrets: readonly string[], seconds: number): string {
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'));
  return [`t=${seconds}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
}

/** The header with every signature made wrong. */
export function corrupted(header: string): string {
  return header.replace(/v1=(.)/g, (_match, first: string) => `v1=${first === '0' ? '1' : '0'}`);
}
