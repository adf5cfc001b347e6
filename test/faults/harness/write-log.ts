import { mongo } from 'mongoose';
import type { Payment } from '../../../src/modules/payment/record/payment.types.js';
import { commandName, MongoFrames } from '../../support/mongo-frames.js';
import type { Tap } from '../../support/tcp-proxy.js';
import type { Happening } from './journal.js';

const { deserialize } = mongo.BSON;
/** Header, flags and the byte that says "one document". */
const BODY = 16 + 4 + 1;

/** One write of one version of a payment, as it went over the wire. */
export interface PaymentWrite {
  readonly app: string;
  readonly paymentId: string;
  readonly version: number;
  readonly writeId: string;
  readonly change: Partial<Payment>;
  /** When its answer passed, or when it was sent if none has. */
  at: number;
  /** `missed`: somebody else was first. Null: no answer. */
  outcome: 'applied' | 'missed' | 'refused' | null;
}

/** Every write to `payments` of every app, and what the store said to it. */
export class WriteLog {
  readonly writes: PaymentWrite[] = [];

  /** For one connection of that app. */
  tap(app: string): Tap {
    const answers = new MongoFrames();
    const open = new Map<number, PaymentWrite>();
    return {
      request: (message) => {
        const write = readWrite(app, message);
        if (write === null) return;
        this.writes.push(write);
        open.set(message.readInt32LE(4), write);
      },
      answer: (bytes) => {
        for (const message of answers.push(bytes)) {
          const write = open.get(message.readInt32LE(8));
          if (write === undefined) continue;
          open.delete(message.readInt32LE(8));
          const { ok, n, writeErrors } = deserialize(message.subarray(BODY)) as Record<string, unknown>;
          write.at = Date.now();
          write.outcome = ok !== 1 || writeErrors !== undefined ? 'refused' : n === 1 ? 'applied' : 'missed';
        }
      },
    };
  }

  asHappenings(): Happening[] {
    return this.writes.map(({ app, paymentId, version, change, at, outcome }) => ({
      at,
      what: `${app} writes version ${version} ${told(change)}: ${outcome ?? 'no answer'}`,
      about: [paymentId],
    }));
  }
}

function told({ state, attempt, settled, cancelRequested, providerPaymentId, leaseUntil, effects }: Partial<Payment>) {
  const last = settled?.at(-1);
  return [
    state,
    providerPaymentId,
    attempt && `attempt ${attempt.n}/${attempt.generation} ${attempt.paymentMethodId}`,
    last && `attempt ${last.n} ${last.result}`,
    cancelRequested === true && 'cancel requested',
    leaseUntil instanceof Date && 'lease taken',
    effects?.some(({ doneAt }) => doneAt !== null) === true && 'effect done',
  ]
    .filter(Boolean)
    .join(', ');
}

function readWrite(app: string, message: Buffer): PaymentWrite | null {
  const command = commandName(message);
  if ((command !== 'update' && command !== 'insert') || !message.includes('payments')) return null;
  const body = deserialize(message.subarray(BODY), { allowObjectSmallerThanBufferSize: true }) as {
    insert?: string;
    update?: string;
    documents?: Payment[];
    updates?: { q: { _id: string }; u: { $set?: Partial<Payment> } }[];
  };
  if ((body.insert ?? body.update) !== 'payments') return null;
  const document = body.documents?.[0];
  const update = body.updates?.[0];
  const change = document ?? update?.u.$set;
  const paymentId = document?._id ?? update?.q._id;
  if (change?.v === undefined || change.w === undefined || paymentId === undefined) return null;
  return { app, paymentId, version: change.v, writeId: change.w, change, at: Date.now(), outcome: null };
}
