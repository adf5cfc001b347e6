import { createHash, hkdfSync } from 'node:crypto';

/** A key derived from one configured secret. */
export interface VersionedKey {
  /** Stored beside what was made under the key; tells which secret it was, and nothing of it. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Names what keys are for: under each purpose a secret gives another key. All three are part of what is stored. */
export interface KeyPurpose {
  /** HKDF's info. */
  readonly label: string;
  readonly idLabel: string;
  /** Hex characters. */
  readonly idLength: number;
}

const KEY_BYTES = 32;

/** Keys from the secrets of one setting, newest first: the first makes what is new, all of them read what is there. */
export class VersionedKeys {
  /** Newest first. */
  readonly all: readonly VersionedKey[];

  /** @param setting the name of the environment's variable, for the error of `newest` */
  constructor(
    private readonly setting: string,
    secrets: readonly string[],
    purpose: KeyPurpose,
  ) {
    this.all = secrets.map((secret) => derived(secret, purpose));
  }

  /** Throws when no secret is configured. */
  get newest(): VersionedKey {
    const [key] = this.all;
    if (key === undefined) throw new Error(`${this.setting} is not set`);
    return key;
  }

  /** Returns the key that has the id, or undefined when its secret is configured no more. */
  named(id: string | undefined): VersionedKey | undefined {
    return this.all.find((key) => key.id === id);
  }
}

function derived(secret: string, { label, idLabel, idLength }: KeyPurpose): VersionedKey {
  return {
    id: createHash('sha256').update(`${idLabel}|${secret}`).digest('hex').slice(0, idLength),
    bytes: Buffer.from(hkdfSync('sha256', secret, '', label, KEY_BYTES)),
  };
}
