import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { SECOND } from '../common/duration.js';

/** A client that has not sent its request whole by then holds the shutdown back no longer. */
const ARRIVE_WITHIN_MS = 5 * SECOND;

/**
 * Ends connections while requests in flight finish: idle ones at once, or one kept-alive client would hold the shutdown
 * back for 72 seconds; those whose request does not arrive after a while, because Node stops looking for slow clients
 * once a server is closing.
 */
@Injectable()
export class DrainService implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly sockets = new Set<Socket>();
  /** The request of each connection that is not answered yet. */
  private readonly requests = new WeakMap<Socket, IncomingMessage>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.server();
    server?.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server?.on('request', (request, response) => {
      const { socket } = request;
      this.requests.set(socket, request);
      response.once('close', () => this.requests.delete(socket));
    });
  }

  beforeApplicationShutdown(): void {
    const server = this.server();
    if (server === undefined) return;
    server.keepAliveTimeout = 1;
    this.timers.push(
      setInterval(() => server.closeIdleConnections(), 50).unref(),
      setTimeout(() => this.cutSlowClients(), ARRIVE_WITHIN_MS).unref(),
    );
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private cutSlowClients(): void {
    for (const socket of this.sockets) if (this.requests.get(socket)?.complete !== true) socket.destroy();
  }

  private server(): Server | undefined {
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- a program without HTTP has no adapter
    return this.host.httpAdapter?.getHttpServer() as Server | undefined;
  }
}
