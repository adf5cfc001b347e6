import { reportJson } from '../../../modules/books/report-json.js';
import type { Reconciliation } from '../../../modules/books/reconciliation.types.js';
import type { ReturnReconciliation } from './reconciliation.dto.js';

/** The same document as the command's `--json`. */
export function toReturnReconciliation(reconciliation: Reconciliation): ReturnReconciliation {
  return reportJson(reconciliation);
}
