import { hostname, userInfo } from 'node:os';
import type { Principal } from '../../platform/common/principal.js';
import type { AuditActor } from './audit.types.js';

/** A shop user, such as a storefront administrator, with the token of a login. */
export function storefrontActor({ id }: Pick<Principal, 'id'>): AuditActor {
  return { kind: 'storefront_user', id, credential: 'token', accountId: null };
}

/** The actor of a command: the operating system's user on this machine. */
export function commandLineActor(): AuditActor {
  return { kind: 'command_line', id: osUser(), credential: 'command line', accountId: null, address: hostname() };
}

/**
 * The start of the product, which does what a setting says: the operating system's user that it runs under, on this machine.
 */
export function startActor(setting: string): AuditActor {
  return { kind: 'start', id: osUser(), credential: setting, accountId: null, address: hostname() };
}

/** Containers run under numbers that no user has; the system then refuses to name one. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SYSTEM_ERROR') throw error;
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
