import { type BeforeApplicationShutdown, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';

/**
 * Ends idle keep-alive connections while requests in flight finish. Without it one kept-alive client holds the shutdown
 * back for 72 seconds.
 */
@Injectable()
export class DrainService implements BeforeApplicationShutdown, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(private readonly host: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.keepAliveTimeout = 1;
    this.timer = setInterval(() => server.closeIdleConnections(), 50).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
