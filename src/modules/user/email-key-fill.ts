import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundWorker } from '../../platform/common/background-worker.js';
import { HOUR } from '../../platform/common/duration.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Readiness } from '../../platform/operations/readiness.js';
import { EmailKeys } from './email-keys.js';

/** While two versions run beside each other the older one still makes accounts without a key. */
const TICK_MS = 6 * HOUR;

/** Fills in the missing keys of e-mail addresses behind the requests; nothing waits for it. */
@Injectable()
export class EmailKeyFill extends BackgroundWorker {
  private readonly log = new Logger(EmailKeyFill.name);
  private left = 0;

  constructor(
    private readonly keys: EmailKeys,
    readiness: Readiness,
    @Inject(CONFIG) { role }: Config,
  ) {
    super(role, readiness, 'email-keys', TICK_MS);
  }

  async pass(): Promise<void> {
    const left = await this.keys.fill(() => this.stopping);
    if (left > 0 && left !== this.left)
      this.log.warn(`${left} accounts share their e-mail address with an older one: npm run admin -- twins`);
    this.left = left;
  }
}
