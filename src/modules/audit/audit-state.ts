/** A value that says something of a person: the trail keeps a keyed hash of it, by which it can be found and compared. */
export class Personal {
  constructor(readonly text: string) {}
}

export const personal = (text: string): Personal => new Personal(text);

export type AuditValue = string | number | boolean | Date | null | Personal | readonly string[];

/** The fields of an object as they were, without secrets. */
export type AuditState = Readonly<Record<string, AuditValue | undefined>>;

/** The stored form of an AuditState: personal values are keyed hashes, dates are ISO 8601, texts are scrubbed. */
export type SealedState = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
