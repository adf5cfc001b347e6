import type {
  GatewayUser,
  GatewayUserChanges,
  NewGatewayUser,
} from '../../../modules/user/gateway/gateway-user.types.js';
import type { DefaultChanges } from './user-settings.dto.js';
import type { CreateGatewayUser, GatewayUserBody, UpdateGatewayUser } from './user.dto.js';

export function toNewGatewayUser(body: CreateGatewayUser): NewGatewayUser {
  const { username, password, name, email } = body;
  return { ...toGatewayUserChanges(body), username, password, name, email };
}

export function toGatewayUserChanges(body: UpdateGatewayUser): GatewayUserChanges {
  const { name, phone, email, timezone, status, role, permissions, notifications, defaults } = body;
  return {
    name,
    phone,
    email,
    timezone,
    status,
    role,
    permissions: permissions && sent(permissions),
    notifications: notifications?.merchant && sent(notifications.merchant),
    defaults: defaults && sent(toUserDefaults(defaults)),
  };
}

function toUserDefaults(defaults: DefaultChanges): NonNullable<GatewayUserChanges['defaults']> {
  return {
    processorId: defaults.processor_id,
    terminalId: defaults.terminal_id,
    transactionCsvFormatId: defaults.transaction_csv_format_id,
    transactionReportFormatId: defaults.transaction_report_format_id,
    vaultTableFormatId: defaults.vault_table_format_id,
    showTransactionTotals: defaults.show_transaction_totals,
  };
}

/** Leaves out undefined fields, which would overwrite in a spread. */
function sent<T extends object>(map: T): Partial<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export function toGatewayUserBody(user: GatewayUser): GatewayUserBody {
  const { defaults } = user;
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    phone: user.phone,
    email: user.email,
    timezone: user.timezone,
    status: user.status,
    role: user.role,
    account_type: user.accountType,
    account_type_id: user.accountId,
    permissions: { ...user.permissions },
    notifications: { merchant: { ...user.notifications } },
    defaults: {
      processor_id: defaults.processorId,
      terminal_id: defaults.terminalId,
      transaction_csv_format_id: defaults.transactionCsvFormatId,
      transaction_report_format_id: defaults.transactionReportFormatId,
      vault_table_format_id: defaults.vaultTableFormatId,
      show_transaction_totals: defaults.showTransactionTotals,
    },
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}
