/** A time longer than finding a server, waiting for a connection and an answer take together. */
const HUNG_AFTER_MS = 12_000;
/** Time within which an operation on a living connection has its answer or its error after the store was lost. */
const GRACE_MS = 400;

type GiveUp = () => void;

/**
 * Ends operations that the driver never ends: a command written to a connection that broke a moment before is neither
 * answered nor refused (the driver waits for `drain` of a destroyed socket). Once the driver itself has noticed that the
 * store is gone, what began before that is given up soon; else after a time no healthy operation takes.
 */
export class HungOperations {
  private readonly pending = new Set<GiveUp>();

  /** Counts operations that have neither ended nor been given up. */
  get size(): number {
    return this.pending.size;
  }

  /** @throws what `error` makes, when the operation is given up. */
  guard<T>(operation: () => Promise<T>, error: () => Error): Promise<T> {
    // Every store operation of every request comes by here, hence no async function and no Promise.race: on Node 20 each
    // promise costs, because the request's context is carried over it.
    return new Promise<T>((resolve, reject) => {
      const over = (): void => {
        clearTimeout(timer);
        this.pending.delete(giveUp);
      };
      const giveUp = (): void => {
        over(); // the operation itself never will be
        reject(error());
      };
      const timer = setTimeout(giveUp, HUNG_AFTER_MS);
      this.pending.add(giveUp);
      const failed = (failure: unknown): void => {
        over();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what the operation threw, whatever it is
        reject(failure);
      };
      try {
        operation().then((value) => {
          over();
          resolve(value);
        }, failed);
      } catch (thrown) {
        failed(thrown);
      }
    });
  }

  /** The driver has lost the store: what is pending now and still is after the grace will not be answered. */
  storeLost(): void {
    const before = [...this.pending];
    setTimeout(() => {
      for (const giveUp of before) if (this.pending.has(giveUp)) giveUp();
    }, GRACE_MS).unref();
  }
}

/** Shared by the process: operations do not know their connection, and giving one up is never wrong, only early. */
export const hungOperations = new HungOperations();
