/** A shop user. Passwords and their hashes are no part of it. */
export interface User {
  /** 24 lower-case hex characters. */
  readonly id: string;
  readonly userName: string;
  /** Lower-case. */
  readonly email: string;
  /** Stripe's `cus_…`, absent until the first payment. */
  readonly customerId?: string;
  /** Part of the idempotency key under which the Stripe Customer is created; grows when a key is used up. */
  readonly customerGeneration: number;
  /** The user that created this one through `POST /user`, who may manage it. */
  readonly createdBy?: string;
  readonly isAdmin: boolean;
  /** Tokens of another version are dead. */
  readonly tokenVersion: number;
  /** Grows with every change of name or e-mail; part of the key under which they are mirrored to Stripe. */
  readonly contactVersion: number;
  readonly createdAt: Date;
}

/** Values of a user to be created; the password is hashed before. */
export interface NewUser {
  readonly userName: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly createdBy?: string;
  readonly isAdmin: boolean;
}

/** A change of a user: absent fields stay as they are. */
export interface UserChanges {
  readonly userName?: string;
  readonly email?: string;
  readonly customerId?: string;
}
