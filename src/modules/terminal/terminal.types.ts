/** `inactive`: its reader is gone from Stripe. `disabled`: an operator took it out of use. */
export type TerminalStatus = 'active' | 'inactive' | 'disabled';

/** A reader as a merchant account knows it (contract gateway 9). */
export interface Terminal {
  /** An xid. */
  readonly id: string;
  readonly accountId: string;
  /** `tmr_…`, which payments at it are sent to; never shown by a surface. */
  readonly providerReaderId: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly description: string;
  readonly status: TerminalStatus;
  /** A secret: for who has `manage_terminals`. */
  readonly authKey: string;
  readonly registerId: string;
  /** Whether its batch is closed every day, at `settleAt`. */
  readonly autoSettle: boolean;
  /** `HH:MM:SS` in UTC. */
  readonly settleAt: string;
  /** Number of the batch that its next payment belongs to; the first is 1. */
  readonly batchNumber: number;
  readonly createdAt: Date;
  /** Null: as it was made. */
  readonly updatedAt: Date | null;
}

/** The part that an operator decides. */
export interface TerminalChanges {
  readonly disabled?: boolean;
  readonly autoSettle?: boolean;
  readonly settleAt?: string;
  /** Null: the label that the reader has at Stripe. */
  readonly description?: string | null;
  readonly registerId?: string;
}

/** The part that Stripe knows; a sync copies it. */
export interface ReaderFacts {
  /** Stripe's word for the kind of device. */
  readonly deviceType: string;
  readonly serialNumber: string;
  readonly label: string;
  /** Whether Stripe no longer has the reader. */
  readonly gone: boolean;
}
