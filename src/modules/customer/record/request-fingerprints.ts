import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync } from 'node:crypto';
import { canonicalJson } from '../../../platform/common/canonical-json.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { DeploymentService } from '../../merchant/deployment.service.js';

/** Names how a key is derived: another way of deriving it gets another name, and both are compared for a while. */
const VERSION = 'v1';
const LABEL = `vault-request-fingerprints.${VERSION}`;

/** Hashes a body under one of the keys. */
export type KeyedHash = (body: unknown) => string;

/** Keyed hashes by which a repeat of a request is recognised. */
export interface RequestFingerprint {
  /** The one to store, under the newest key. */
  readonly stored: string;
  /** Returns the fingerprints that an earlier request may have stored, under whichever key was the newest then. */
  readonly known: readonly string[];
}

/**
 * Keyed hashes of requests with card and account numbers in them. The key comes from the configuration, never from the
 * database: with first six and last four beside it, a hash whose key is known tells the whole number in a second.
 */
@Injectable()
export class RequestFingerprints {
  private readonly hashes: readonly KeyedHash[];

  constructor(@Inject(CONFIG) { gateway }: Config, deployment: DeploymentService) {
    this.hashes = [
      ...gateway.encryptionKeys.map(hashUnder),
      // Compared with for work that a release up to 0.1 began, never stored again.
      (body) => deployment.fingerprint(body),
    ];
  }

  /** @param hashed makes the fingerprint with the hash that it is given, so that one may be part of another */
  of(hashed: (hash: KeyedHash) => string): RequestFingerprint {
    const known = this.hashes.map(hashed);
    const [stored] = known;
    if (stored === undefined || this.hashes.length < 2) throw new Error('API_KEY_ENCRYPTION_KEY is not set');
    return { stored, known };
  }
}

function hashUnder(secret: string): KeyedHash {
  const key = Buffer.from(hkdfSync('sha256', secret, '', LABEL, 32));
  return (body) => `${VERSION}.${createHmac('sha256', key).update(canonicalJson(body)).digest('base64url')}`;
}
