import { createHash, randomInt } from 'node:crypto';
import type { ProviderReader } from '../../platform/stripe/provider-reader.types.js';
import { xidOf } from '../../platform/common/xid.js';
import { deviceOf } from './device.js';
import type { TerminalRecord } from './terminal.schema.js';
import type { ReaderFacts, Terminal } from './terminal.types.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Contract gateway 9. */
const AUTH_KEY_LENGTH = 8;

/** A terminal as a sync makes it, before anybody changes it. */
export function newTerminal(
  accountId: string,
  reader: ProviderReader,
  createdAt: Date,
): Omit<TerminalRecord, 'v' | 'w'> {
  return {
    _id: terminalId(accountId, reader.id),
    accountId,
    providerReaderId: reader.id,
    reader: factsOf(reader),
    disabled: false,
    description: null,
    registerId: '',
    autoSettle: true,
    settleAt: '00:00:00',
    authKey: Array.from({ length: AUTH_KEY_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
    batchNumber: 1,
    createdAt,
    updatedAt: null,
  };
}

export function factsOf({ deviceType, serialNumber, label }: ProviderReader): ReaderFacts {
  return { deviceType, serialNumber, label, gone: false };
}

export function isSame(one: ReaderFacts, other: ReaderFacts): boolean {
  const { deviceType, serialNumber, label, gone } = other;
  return one.deviceType === deviceType && one.serialNumber === serialNumber && one.label === label && one.gone === gone;
}

export function toTerminal(record: TerminalRecord): Terminal {
  const { _id: id, accountId, providerReaderId, reader, disabled, description } = record;
  const { authKey, registerId, autoSettle, settleAt, batchNumber, createdAt, updatedAt } = record;
  return {
    id,
    accountId,
    providerReaderId,
    ...deviceOf(reader.deviceType),
    serialNumber: reader.serialNumber,
    description: description ?? reader.label,
    status: disabled ? 'disabled' : reader.gone ? 'inactive' : 'active',
    authKey,
    registerId,
    autoSettle,
    settleAt,
    batchNumber,
    createdAt,
    updatedAt,
  };
}

function terminalId(accountId: string, readerId: string): string {
  return xidOf(createHash('sha256').update(`terminal|${accountId}|${readerId}`).digest().subarray(0, 12));
}
