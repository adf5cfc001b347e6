/** Who is asking. A surface's guard proves it, a service decides what they may do. */
export interface Principal {
  readonly kind: 'storefront-user';
  /** The user's id, 24 hex characters. */
  readonly id: string;
  readonly isAdmin: boolean;
}
