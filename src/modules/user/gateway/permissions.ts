/** Contract gateway 3.4, in its order. */
export const PERMISSIONS = [
  'manage_users',
  'manage_api_keys',
  'manage_terminals',
  'manage_rule_engine',
  'view_settlement_batches',
  'view_billing_reports',
  'process_authorization',
  'process_capture',
  'process_sale',
  'process_void',
  'process_credit',
  'process_refund',
  'process_verification',
  'allow_dashboard_stats',
  'vault_create',
  'vault_update',
  'vault_delete',
  'access_file_batch',
  'view_others_transactions',
  'manage_card_bans',
  'restrict_viewing_others_invoices',
  'recurring_status_change',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
export type PermissionMap = Readonly<Record<Permission, boolean>>;

/** Contract gateway 3.4, `notifications.merchant`. */
export const NOTIFICATIONS = [
  'transaction_receipts',
  'settlement_reports',
  'triggered_rules',
  'security_alerts',
  'invoice_create',
  'transaction_void',
] as const;

export type Notification = (typeof NOTIFICATIONS)[number];
export type NotificationMap = Readonly<Record<Notification, boolean>>;

/** The one that takes away: whoever has it sees only their own invoices. */
const NEGATIVE: Permission = 'restrict_viewing_others_invoices';

export type Role = 'admin' | 'standard';

export interface Rights {
  readonly role: Role;
  /** The stored flags. An administrator's are kept for a later demotion; `may` does not look at them. */
  readonly permissions: PermissionMap;
}

/** Tells whether the user has the flag: an administrator has every permission and is restricted by none. */
export function may({ role, permissions }: Rights, permission: Permission): boolean {
  return role === 'admin' ? permission !== NEGATIVE : permissions[permission];
}

/** A complete map: each leaf from the first of the maps that says something, else false. */
export function completeMap<Name extends string>(
  names: readonly Name[],
  ...maps: readonly Readonly<Partial<Record<string, boolean>>>[]
): Readonly<Record<Name, boolean>> {
  const leaf = (name: Name): boolean => maps.map((map) => map[name]).find((value) => value !== undefined) ?? false;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names
  return Object.fromEntries(names.map((name) => [name, leaf(name)])) as Record<Name, boolean>;
}

/** Returns whether this value of the flag lets a person do more. Setting the negative flag lets them do less. */
const gives = (permission: Permission, value: boolean): boolean => (permission === NEGATIVE ? !value : value);

/** The first permission that `wanted` gives beyond `had` and that the granter has not (ruling 31). */
export function beyondOwn(granter: Rights, wanted: PermissionMap, had: PermissionMap): Permission | undefined {
  return PERMISSIONS.find(
    (name) => gives(name, wanted[name]) && !gives(name, had[name]) && !gives(name, may(granter, name)),
  );
}

/** `wanted` without what the granter has not: for defaults, which nobody asked for. */
export function withinOwn(granter: Rights, wanted: PermissionMap): PermissionMap {
  return completeMap(
    PERMISSIONS,
    Object.fromEntries(
      PERMISSIONS.map((name) => [
        name,
        gives(name, wanted[name]) && !gives(name, may(granter, name)) ? !wanted[name] : wanted[name],
      ]),
    ),
  );
}

/** Flags of somebody who may do nothing; a new user's rights are compared with them. */
export const NO_RIGHTS: PermissionMap = completeMap(PERMISSIONS, { [NEGATIVE]: true });
