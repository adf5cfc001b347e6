import { Injectable } from '@nestjs/common';
import type { ProviderEvent, ProviderEventVerdict } from './provider-event.types.js';

type Handler = (event: ProviderEvent) => Promise<ProviderEventVerdict>;

/** Registry of the events that modules handle, so that news travels up without an import. */
@Injectable()
export class ProviderEvents {
  private readonly handlers = new Map<string, Handler>();

  /** @param prefix of the event type, e.g. `payment_intent.` */
  handle(prefix: string, handler: Handler): void {
    if (this.handlers.has(prefix)) throw new Error(`two handlers for ${prefix}`);
    this.handlers.set(prefix, handler);
  }

  handlerOf(type: string): Handler | undefined {
    for (const [prefix, handler] of this.handlers) if (type.startsWith(prefix)) return handler;
    return undefined;
  }
}
