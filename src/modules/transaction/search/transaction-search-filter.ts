import { type TimeRange, withinRange } from '../../../platform/database/time-range.js';
import type { IntCriterion, TextCriterion, TextField, TransactionSearch } from './transaction-search.types.js';

/** Paths at which the criteria are compared, where the field is called otherwise. */
const PATHS: Partial<Record<TextField, string>> = { transactionId: '_id' };
const pathOf = (field: TextField): string => PATHS[field] ?? field;

/** Fields with an index of their own, of which few rows have one value; the most selective first. */
const SELECTIVE = [
  'transactionId',
  'orderId',
  'poNumber',
  'customerId',
  'billingAddress.email',
  'billingAddress.lastName',
] as const satisfies readonly TextField[];

/** Status of most rows: the others' index leads to few. */
const USUAL_STATUS = 'settled';

type Clauses = Readonly<Record<string, unknown>>;

/** A search as the store is asked. */
export interface TransactionQuery {
  /** The equalities that begin an index; where the query is not selective, `createdAt` comes behind them in it. */
  readonly lead: Clauses;
  /** The other criteria, without `createdAt`. */
  readonly rest: readonly Clauses[];
  /** True when `lead` alone leaves few rows. */
  readonly selective: boolean;
}

/**
 * The query for a search; `onlyOf` is the user whose rows alone may be found. MongoDB plans by itself. The embedded store takes
 * an index only for a filter that is the beginning of one, and else may read the whole account; therefore `lead` is told apart.
 */
export function transactionSearchFilter(
  accountId: string,
  search: TransactionSearch,
  onlyOf: string | null = null,
): TransactionQuery {
  const own: TextCriterion[] = onlyOf === null ? [] : [{ field: 'userId', operator: '=', value: onlyOf }];
  const texts = [...own, ...search.texts];
  const leading = leadingOf(texts);
  const rest = [
    ...texts.filter((criterion) => criterion !== leading).map(clauseOfText),
    ...search.ints.map(clauseOfInt),
    ...rangeClauses('capturedAt', search.capturedAt),
    ...rangeClauses('settledAt', search.settledAt),
  ];
  const account = { accountId: String(accountId) };
  if (leading === undefined) return { lead: account, rest, selective: false };
  const clause = clauseOfText(leading);
  // The index of ids is by the id alone.
  if (leading.field === 'transactionId') return { lead: clause, rest: [account, ...rest], selective: true };
  return { lead: { ...clause, ...account }, rest, selective: isSelective(leading) };
}

/** The stages that keep the rows of a query that were created in a range of time. MongoDB makes one of them. */
export function matchStages({ lead, rest, selective }: TransactionQuery, createdAt: TimeRange): object[] {
  const created = rangeClauses('createdAt', createdAt);
  const [first, second] = selective
    ? [lead, [...created, ...rest]]
    : [Object.assign({}, lead, ...created) as Clauses, rest];
  return [{ $match: first }, ...(second.length === 0 ? [] : [{ $match: { $and: second } }])];
}

const isSelective = ({ field }: TextCriterion): boolean => SELECTIVE.some((one) => one === field);

/** The criterion by whose index the rows are found. */
function leadingOf(texts: readonly TextCriterion[]): TextCriterion | undefined {
  const equal = (field: TextField) => texts.find((one) => one.field === field && one.operator === '=');
  const status = equal('status');
  const rare = status?.value === USUAL_STATUS ? undefined : status;
  return SELECTIVE.map(equal).find((one) => one !== undefined) ?? rare ?? equal('userId') ?? status;
}

function clauseOfText({ field, operator, value }: TextCriterion): Clauses {
  return { [pathOf(field)]: operator === '=' ? String(value) : { $ne: String(value) } };
}

const INT_OPERATORS = { '=': '$eq', '!=': '$ne', '<': '$lt', '>': '$gt' } as const;

function clauseOfInt({ field, operator, value }: IntCriterion): Clauses {
  return { [field]: { [INT_OPERATORS[operator]]: Number(value) } };
}

const rangeClauses = (path: string, range: TimeRange): Clauses[] =>
  withinRange(path, range).map((clause) => Object.fromEntries([clause]));
