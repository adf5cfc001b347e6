/**
 * The closed list of fields that a log line may have. A field that is not here is dropped and only its name is told, so
 * that a new field is thought about once before a value of it can be logged.
 */
const FIELDS = [
  'context',
  'message',
  'correlationId',
  'clientCorrelationId',
  'method',
  'route',
  'status',
  'ms',
  'userId',
  'paymentId',
  'paymentIntentId',
  'customerId',
  'refundId',
  'chargeId',
  'cuid',
  'eventId',
  'eventType',
  'attempt',
  'generation',
  'version',
  'state',
  'from',
  'to',
  'outcome',
  'reason',
  'code',
  'declineCode',
  'requestId',
  'amountMinor',
  'currency',
  'count',
  'index',
  'check',
  'name',
  'worker',
  'detail',
  'seconds',
  'port',
  'pid',
  'signal',
  'role',
  'skewMs',
  'messageId',
  'err',
  'stack',
] as const;

export const LOG_FIELDS: ReadonlySet<string> = new Set(FIELDS);

/** Says, in place of their values, which fields were left out. */
export const DROPPED = 'dropped';
