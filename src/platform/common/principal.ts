/** The proven caller. A surface's guard proves it, a service decides what the caller may do. */
export interface Principal {
  readonly kind: 'storefront-user';
  /** The user's id, 24 hex characters. */
  readonly id: string;
  readonly isAdmin: boolean;
  /** Their `cus_…`, as the guard read it for this request; absent before the first payment. */
  readonly customerId?: string;
}
