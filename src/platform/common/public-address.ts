import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { CONFIG, type Config } from '../config/config.js';

/** Our own address as the outside knows it: PUBLIC_URL, else where the server really listens (PORT=0 is known only then). */
@Injectable()
export class PublicAddress {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Address to which a payer returns from 3-D Secure or their bank: the shop's page, or the built-in one. */
  returnPage(): string {
    return this.config.storefront.returnUrl ?? `${this.base()}/checkout/return`;
  }

  /** The address without a trailing slash. */
  private base(): string {
    if (this.config.http.publicUrl !== undefined) return this.config.http.publicUrl;
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const address = server.address() as AddressInfo | null;
    return `http://${this.config.http.host}:${address?.port ?? this.config.http.port}`;
  }
}
