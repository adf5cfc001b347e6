import { type AuditState, personal } from '../../audit/audit-state.js';
import type { AuditActor } from '../../audit/audit.types.js';
import type { GatewayPrincipal, GatewayUser, GatewayUserChanges, NewGatewayUser } from './gateway-user.types.js';

export function auditActor({ id, username, credential, accountId }: GatewayPrincipal): AuditActor {
  return { kind: 'gateway_user', id, username, credential, accountId };
}

/** A user as the trail keeps them: rights in clear, whatever says who they are as a keyed hash. */
export function auditedUser(user: GatewayUser): AuditState {
  return { accountId: user.accountId, ...auditedRequest(user) };
}

/**
 * Returns the fields that a request wants to change, for the audit trail; fields that it does not send are absent, and so
 * is the password.
 */
export function auditedRequest(asked: GatewayUserChanges & Partial<Pick<NewGatewayUser, 'username'>>): AuditState {
  const { username, name, phone, email, timezone, status, role, permissions, notifications, defaults } = asked;
  const hidden = (text: string | undefined) => (text === undefined ? undefined : personal(text));
  return {
    username: hidden(username),
    name: hidden(name),
    phone: hidden(phone),
    email: hidden(email),
    timezone,
    status,
    role,
    permissions: permissions && flags(permissions),
    notifications: notifications && flags(notifications),
    defaults: defaults && flags(defaults),
  };
}

/** `process_sale=true`, one for each. */
const flags = (map: object): string[] => Object.entries(map).map(([name, value]) => `${name}=${String(value)}`);
