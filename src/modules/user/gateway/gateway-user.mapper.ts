import type { GatewayUserRecord } from './gateway-user.schema.js';
import type { GatewayUser } from './gateway-user.types.js';
import { completeMap, NOTIFICATIONS, PERMISSIONS } from './permissions.js';

export function toGatewayUser(record: GatewayUserRecord): GatewayUser {
  return {
    id: record._id,
    accountId: record.accountId,
    accountType: record.accountType,
    username: record.username,
    name: record.name,
    phone: record.phone,
    email: record.email,
    timezone: record.timezone,
    status: record.status,
    role: record.role,
    permissions: completeMap(PERMISSIONS, record.permissions),
    notifications: completeMap(NOTIFICATIONS, record.notifications),
    defaults: record.defaults,
    tokenVersion: record.tokenVersion,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}
