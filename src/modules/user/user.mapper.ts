import type { UserRecord } from './user.schema.js';
import type { User } from './user.types.js';

export function toUser(record: UserRecord): User {
  return {
    id: record._id.toHexString(),
    userName: record.userName,
    email: record.email,
    ...(record.customerId === undefined ? {} : { customerId: record.customerId }),
    customerGeneration: record.customerGeneration,
    ...(record.createdBy === undefined ? {} : { createdBy: record.createdBy.toHexString() }),
    isAdmin: record.isAdmin,
    tokenVersion: record.tokenVersion,
    contactVersion: record.contactVersion,
    createdAt: record.createdAt,
  };
}
