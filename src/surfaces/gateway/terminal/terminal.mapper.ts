import type { Terminal } from '../../../modules/terminal/terminal.types.js';
import { secondsOf } from '../seconds.js';
import type { TerminalBody } from './terminal.dto.js';

/** Contract 1.7: never. */
const ZERO_TIME = '0001-01-01T00:00:00Z';

export function toTerminalBody(terminal: Terminal): TerminalBody {
  return {
    id: terminal.id,
    merchant_id: terminal.accountId,
    manufacturer: terminal.manufacturer,
    model: terminal.model,
    serial_number: terminal.serialNumber,
    tpn: terminal.serialNumber,
    description: terminal.description,
    status: terminal.status,
    auth_key: terminal.authKey,
    register_id: terminal.registerId,
    auto_settle: terminal.autoSettle,
    settle_at: terminal.settleAt,
    created_at: secondsOf(terminal.createdAt),
    updated_at: terminal.updatedAt === null ? ZERO_TIME : secondsOf(terminal.updatedAt),
  };
}
