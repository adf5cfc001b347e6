import { Controller, Get, Inject, NotFoundException, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { Outbox } from './outbox.js';

const HTML = 'text/html; charset=utf-8';

/** Shows developers the mail that would have been sent; there is no such page in production or where SMTP is configured. */
@ApiExcludeController()
@Controller('outbox')
export class OutboxController {
  constructor(
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  async list(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    this.refuseWhereClosed();
    const rows = (await this.outbox.list()).map(
      ({ name, writtenAt, to, subject }) =>
        `<tr><td>${writtenAt.toISOString()}</td><td>${escaped(to)}</td><td><a href="/outbox/${name}">${escaped(subject)}</a></td></tr>`,
    );
    void reply.type(HTML);
    const none = '<p>Nothing was sent yet. A receipt appears here after a payment succeeds.</p>';
    return page('Outbox', rows.length === 0 ? none : `<table>${rows.join('\n')}</table>`);
  }

  @Get(':name')
  async read(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    this.refuseWhereClosed();
    const eml = await this.outbox.read(name);
    if (eml === undefined) throw new NotFoundException();
    // The type is set here and not before, since an error is JSON.
    void reply.type(HTML);
    return page(name, `<p><a href="/outbox">Outbox</a></p><pre>${escaped(eml)}</pre>`);
  }

  private refuseWhereClosed(): void {
    if (this.config.production || this.config.mail.smtpUrl !== undefined) throw new NotFoundException();
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:60rem}td{padding:.2rem 1rem .2rem 0}pre{white-space:pre-wrap}</style>
</head><body><h1>${escaped(title)}</h1>${body}</body></html>
`;
}
