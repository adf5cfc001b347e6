import { AppError } from '../../../platform/common/app-error.js';
import type { GatewayUserChanges } from './gateway-user.types.js';
import {
  beyondOwn,
  completeMap,
  NO_RIGHTS,
  PERMISSIONS,
  type PermissionMap,
  type Rights,
  withinOwn,
} from './permissions.js';

const forbidden = (why: string) => new AppError('forbidden', why);

/** @throws AppError forbidden when `granter` would give a role or a permission that they do not have (ruling 31). */
export function permissionsGranted(
  granter: Rights,
  { role, permissions: asked = {} }: GatewayUserChanges,
  byAccount: Readonly<Record<string, boolean>>,
): PermissionMap {
  refuseRole(granter, role);
  const permissions = completeMap(PERMISSIONS, asked, withinOwn(granter, completeMap(PERMISSIONS, byAccount)));
  refuse(beyondOwn(granter, permissions, NO_RIGHTS));
  return permissions;
}

/**
 * Refuses a change that gives or takes rights which the caller does not have. Disabling a user takes all their rights, enabling
 * gives them back.
 * @throws AppError forbidden
 */
export function refuseBeyondOwn(caller: Rights, user: Rights & { status: string }, changes: GatewayUserChanges): void {
  refuseAdministrator(caller, user);
  refuseRole(caller, changes.role);
  const { permissions: had } = user;
  const wanted = completeMap(PERMISSIONS, changes.permissions ?? {}, had);
  refuse(beyondOwn(caller, wanted, had) ?? beyondOwn(caller, had, wanted));
  if (changes.status !== undefined && changes.status !== user.status) refuse(beyondOwn(caller, had, NO_RIGHTS));
}

/**
 * Refuses the deletion of a user, or of a key of theirs, unless the caller has all their rights: a deletion takes them away.
 * @throws AppError forbidden
 */
export function refuseEnding(caller: Rights, user: Rights): void {
  refuseAdministrator(caller, user);
  refuse(beyondOwn(caller, user.permissions, NO_RIGHTS));
}

/** Tells whether a change of a user asks for other rights than the user has. */
export function changesRights(user: Rights & { status: string }, changes: GatewayUserChanges): boolean {
  const { role = user.role, status = user.status, permissions = {} } = changes;
  const wanted = completeMap(PERMISSIONS, permissions, user.permissions);
  return (
    role !== user.role || status !== user.status || PERMISSIONS.some((one) => wanted[one] !== user.permissions[one])
  );
}

function refuseAdministrator(caller: Rights, { role }: Rights): void {
  if (role === 'admin' && caller.role !== 'admin') throw forbidden('only an administrator may change an administrator');
}

function refuseRole(caller: Rights, role: Rights['role'] | undefined): void {
  if (role === 'admin' && caller.role !== 'admin') throw forbidden('only an administrator may make another one');
}

function refuse(permission: string | undefined): void {
  if (permission !== undefined) throw forbidden(`missing permission ${permission}`);
}
