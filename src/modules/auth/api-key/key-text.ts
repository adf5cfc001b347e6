import { createHash, randomInt } from 'node:crypto';
import type { AccountKeySurface, ApiKeyType } from './api-key.types.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 27 of 62 characters are 160 bits. */
const LENGTH = 27;

const PREFIX = { api: 'api_', public: 'pub_' } as const satisfies Record<ApiKeyType, string>;

/** A key of ours, or one of another gateway; theirs may be a little shorter or longer. */
const KEY = /^(api|pub)_[A-Za-z0-9]{20,100}$/;

export function newKey(type: ApiKeyType): string {
  return PREFIX[type] + randomText();
}

/** A surface that takes accounts' keys says here what they begin with, and whether a public key comes with the secret. */
const ACCOUNT_PREFIXES = {
  ghost: { publicKey: 'gpk_', secretKey: 'gsk_' },
  komoju: { publicKey: null, secretKey: 'sk_' },
  census: { publicKey: null, secretKey: 'csk_' },
} as const satisfies Record<AccountKeySurface, { publicKey: string | null; secretKey: string }>;

/** A secret, which proves the account, and the public key that names it where the surface sends a pair. */
export function newAccountKey(surface: AccountKeySurface): { publicKey: string | null; secretKey: string } {
  const { publicKey, secretKey } = ACCOUNT_PREFIXES[surface];
  return { publicKey: publicKey === null ? null : publicKey + randomText(), secretKey: secretKey + randomText() };
}

function randomText(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** @returns what kind of key the text is, or null. */
export function keyTypeOf(text: string): ApiKeyType | null {
  const prefix = KEY.exec(text)?.[1];
  return prefix === undefined ? null : prefix === 'api' ? 'api' : 'public';
}

export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** `api_2hQI…XrLJ` */
export function maskKey(key: string): string {
  return `${key.slice(0, 8)}…${key.slice(-4)}`;
}
