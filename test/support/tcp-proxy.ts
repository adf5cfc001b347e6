import { createServer, connect, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/embedded/free-port.js';
import { MongoFrames, respondsTo } from './mongo-frames.js';

export interface TcpProxyOptions {
  target: { host?: string; port: number };
  /** 'mongo': a predicate sees whole wire messages; 'raw': the bytes as they come. */
  framing?: 'mongo' | 'raw';
  /** Listens in on each connection. */
  tap?: () => Tap;
}

/** Told what passes, before it is passed on; in order, and nothing of what a trap keeps back. */
export interface Tap {
  request(message: Buffer): void;
  answer(bytes: Buffer): void;
}

export type MessagePredicate = (message: Buffer) => boolean;

interface Trap {
  matches: MessagePredicate;
  /** Before: the message never reaches the server. After: it does, and its answer is lost. */
  cut: 'before' | 'after';
  sprung(message: Buffer): void;
}

/** Stands between a client and a server on 127.0.0.1 and fails the way networks do. */
export class TcpProxy {
  private readonly links = new Set<Link>();
  private readonly traps: Trap[] = [];
  private server: Server | null = null;
  private stalled = false;
  private delayMs = 0;

  private constructor(
    readonly port: number,
    private readonly options: TcpProxyOptions,
  ) {}

  static async start(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(await freePort(), options);
    await proxy.listen();
    return proxy;
  }

  /** Told each message, or chunk, of a client's, before it is forwarded. */
  onRequest: ((message: Buffer) => void) | undefined;

  get connections(): number {
    return this.links.size;
  }

  /** The network is gone: every connection is reset and new ones are refused, until `restore`. */
  async cut(): Promise<void> {
    const server = this.server;
    this.server = null;
    for (const link of this.links) link.destroy();
    if (server) await new Promise<void>((resolve) => void server.close(() => resolve()));
  }

  /** Ends `cut`, `stall` and `delay`; what was stalled is forwarded now. */
  async restore(): Promise<void> {
    this.stalled = false;
    this.delayMs = 0;
    if (!this.server) await this.listen();
    for (const link of this.links) link.resume();
  }

  /** The network swallows: connections are accepted, nothing arrives, nothing is refused. */
  stall(): void {
    this.stalled = true;
    for (const link of this.links) link.pause();
  }

  /** Everything arrives this much later, in both directions. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /**
   * The next matching message reaches the server; when its answer comes, the client's connection is reset instead.
   * So a write is applied and its answer lost. Resolves with the message. Heartbeats are messages too: match.
   */
  cutAfterNextRequest(matches: MessagePredicate = () => true): Promise<Buffer> {
    return this.setTrap('after', matches);
  }

  /** The client's connection is reset instead of forwarding the next matching message: it is not applied. */
  cutBeforeNextRequest(matches: MessagePredicate = () => true): Promise<Buffer> {
    return this.setTrap('before', matches);
  }

  /** Takes back the traps that nothing has fallen into. */
  disarm(): void {
    this.traps.length = 0;
  }

  async close(): Promise<void> {
    await this.cut();
  }

  private setTrap(cut: Trap['cut'], matches: MessagePredicate): Promise<Buffer> {
    return new Promise((resolve) => this.traps.push({ matches, cut, sprung: resolve }));
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.accept(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', () => resolve());
    });
    this.server = server;
  }

  private accept(client: Socket): void {
    const { host = '127.0.0.1', port } = this.options.target;
    const link = new Link(client, connect({ port, host, allowHalfOpen: true }), this.options.framing ?? 'mongo', {
      delayMs: () => this.delayMs,
      takeTrap: (message) => this.takeTrap(message),
      closed: () => this.links.delete(link),
      tap: this.options.tap?.(),
    });
    this.links.add(link);
    if (this.stalled) link.pause();
  }

  private takeTrap(message: Buffer): Trap | undefined {
    this.onRequest?.(message);
    const index = this.traps.findIndex((trap) => trap.matches(message));
    return index < 0 ? undefined : this.traps.splice(index, 1)[0];
  }
}

interface LinkOwner {
  delayMs(): number;
  takeTrap(message: Buffer): Trap | undefined;
  closed(): void;
  readonly tap: Tap | undefined;
}

/** One client's connection and the one to the server behind it. */
class Link {
  private readonly frames = new MongoFrames();
  private queue: Promise<void> = Promise.resolve();
  /** Set while the answer to it is awaited, to be swallowed. */
  private fatal: { message: Buffer; trap: Trap } | null = null;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly framing: 'mongo' | 'raw',
    private readonly owner: LinkOwner,
  ) {
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => this.destroy());
      // Half open: an orderly end passes through after the bytes before it, it does not cut the other side short.
      socket.on('end', () => this.later(() => other.end()));
    }
    client.on('close', () => this.destroy());
    client.on('data', (bytes) => this.fromClient(bytes));
    server.on('data', (bytes) => this.fromServer(bytes));
  }

  pause(): void {
    this.client.pause();
    this.server.pause();
  }

  resume(): void {
    this.client.resume();
    this.server.resume();
  }

  destroy(): void {
    // A reset and not an orderly end: that is what a lost connection looks like.
    if (!this.client.destroyed) this.client.resetAndDestroy();
    this.server.destroy();
    this.owner.closed();
  }

  private fromClient(bytes: Buffer): void {
    for (const message of this.framing === 'mongo' ? this.frames.push(bytes) : [bytes]) {
      const trap = this.owner.takeTrap(message);
      if (trap?.cut === 'before') {
        this.destroy();
        trap.sprung(message);
        return;
      }
      if (trap) this.fatal = { message, trap };
      this.owner.tap?.request(message);
      this.later(() => this.server.write(message));
    }
  }

  private fromServer(bytes: Buffer): void {
    const { fatal } = this;
    if (fatal && (this.framing === 'raw' || respondsTo(bytes, fatal.message))) {
      this.destroy();
      fatal.trap.sprung(fatal.message);
      return;
    }
    this.owner.tap?.answer(bytes);
    this.later(() => this.client.write(bytes));
  }

  private later(send: () => void): void {
    const due = Date.now() + this.owner.delayMs();
    this.queue = this.inTurn(this.queue, due, send);
  }

  /** One after the other, so nothing overtakes when the delay becomes shorter. */
  private async inTurn(before: Promise<void>, due: number, send: () => void): Promise<void> {
    await before;
    const wait = due - Date.now();
    if (wait > 0) await sleep(wait);
    if (!this.client.destroyed && !this.server.destroyed) send();
  }
}
