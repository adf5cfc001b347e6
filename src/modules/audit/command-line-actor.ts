import { hostname, userInfo } from 'node:os';
import type { AuditActor } from './audit.types.js';

/** Whoever runs a command of ours: the operating system's user, on this machine. */
export function commandLineActor(): AuditActor {
  return { kind: 'command_line', id: osUser(), credential: 'command line', accountId: null, address: hostname() };
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
