import type { NotificationMap, PermissionMap, Rights, Role } from './permissions.js';

export type UserStatus = 'active' | 'disabled';
export type AccountType = 'merchant' | 'partner';

/** Contract gateway 3.4, `defaults`: what a user's requests mean where they name none. */
export interface UserDefaults {
  readonly processorId: string;
  readonly terminalId: string;
  readonly transactionCsvFormatId: string;
  readonly transactionReportFormatId: string;
  readonly vaultTableFormatId: string;
  readonly showTransactionTotals: boolean;
}

/** A user of the merchant's back end; shop users are another store (ruling 31). */
export interface GatewayUser extends Rights {
  /** An xid. */
  readonly id: string;
  readonly accountId: string;
  readonly accountType: AccountType;
  readonly username: string;
  readonly name: string;
  /** Digits, or empty. */
  readonly phone: string;
  readonly email: string;
  readonly timezone: string;
  readonly status: UserStatus;
  readonly notifications: NotificationMap;
  readonly defaults: UserDefaults;
  /** Control-panel tokens of another version are dead. */
  readonly tokenVersion: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A change of a user: absent fields stay, and maps are merged flag by flag. */
export interface GatewayUserChanges {
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly timezone?: string;
  readonly status?: UserStatus;
  readonly role?: Role;
  readonly permissions?: Partial<PermissionMap>;
  readonly notifications?: Partial<NotificationMap>;
  readonly defaults?: Partial<UserDefaults>;
}

export interface NewGatewayUser extends GatewayUserChanges {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The caller of a gateway request, as the guard has authenticated them. */
export interface GatewayPrincipal extends Rights {
  readonly kind: 'gateway-user';
  /** The user's id; for an API key its owner's. */
  readonly id: string;
  readonly username: string;
  readonly accountId: string;
  readonly accountType: AccountType;
  /** The credential of the request: `api_key <id>` or `token`. */
  readonly credential: string;
}

export function toPrincipal(user: GatewayUser, credential: string): GatewayPrincipal {
  const { id, username, accountId, accountType, role, permissions } = user;
  return { kind: 'gateway-user', id, username, accountId, accountType, role, permissions, credential };
}
