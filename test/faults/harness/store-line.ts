import { isCommand } from '../../support/mongo-frames.js';
import { type Tap, TcpProxy } from '../../support/tcp-proxy.js';

/** What happens to an app's line to the store. `lost_answer` and `lost_write` strike its next write of a payment. */
export type LineTrouble = 'lost_answer' | 'lost_write' | 'slow' | 'cut';

/** How long a line stays slow or cut. */
const TROUBLE_MS = 1_500;
const isPaymentWrite = isCommand('update', 'payments');

/** One app's way to the store, which breaks and mends. */
export class StoreLine {
  private timer: NodeJS.Timeout | undefined;
  /** One change at a time: a proxy that is told twice to listen fails. */
  private turn: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(private readonly proxy: TcpProxy) {}

  static async start(port: number, tap: () => Tap): Promise<StoreLine> {
    return new StoreLine(await TcpProxy.start({ target: { port }, tap }));
  }

  get port(): number {
    return this.proxy.port;
  }

  /** @param ms how slow. */
  async strike(trouble: LineTrouble, ms: number): Promise<void> {
    if (trouble === 'lost_answer') return void this.proxy.cutAfterNextRequest(isPaymentWrite);
    if (trouble === 'lost_write') return void this.proxy.cutBeforeNextRequest(isPaymentWrite);
    if (trouble === 'slow') this.proxy.delay(ms);
    else await this.inTurn(() => this.proxy.cut());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.mend(), TROUBLE_MS);
  }

  /** As good as new. */
  async mend(): Promise<void> {
    clearTimeout(this.timer);
    this.proxy.disarm();
    await this.inTurn(() => (this.closed ? Promise.resolve() : this.proxy.restore()));
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.closed = true;
    await this.inTurn(() => this.proxy.close());
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work);
    return this.turn;
  }
}
