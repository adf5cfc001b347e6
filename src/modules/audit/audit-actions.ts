/** Lists every action that the trail knows; `metric-names.ts` repeats them as label values, a test compares the two. */
export const AUDIT_ACTIONS = [
  'user.create',
  'user.update',
  'user.rights',
  'user.password',
  'user.delete',
  'key.create',
  'key.import',
  'key.delete',
  'keys.read',
  'keys.reencrypt',
  'price.register',
  'processor.create',
  'processor.update',
  'add_on.create',
  'add_on.update',
  'add_on.delete',
  'discount.create',
  'discount.update',
  'discount.delete',
  'plan.create',
  'plan.update',
  'plan.delete',
  'persons.create',
  'persons.import',
  'terminal.sync',
  'terminal.update',
  'settlement.run',
  'books.repair',
  'indexes.repair',
  'receipts.retry',
  'receipts.skip',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The actions that a search word means: one, or with `user` all that begin with `user.`. */
export function actionsNamed(word: string): readonly AuditAction[] {
  return AUDIT_ACTIONS.filter((action) => action === word || action.startsWith(`${word}.`));
}
