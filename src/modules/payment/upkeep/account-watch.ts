import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackgroundLoop } from '../../../platform/common/background-loop.js';
import { SECOND } from '../../../platform/common/duration.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { StripeAccount } from '../../../platform/stripe/stripe-account.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { PaymentRepository } from '../record/payment.repository.js';

/** A key that works again should not have to wait for the minute. */
const WHILE_NOT_WELL_MS = 5 * SECOND;
/** A start while Stripe is away must not wait for it. */
const FIRST_LOOK_MS = 3 * SECOND;

/**
 * On every instance, with traffic or without: is the API key good, and is it of the account that our payments are at? A
 * restricted key may not read the account itself, so a PaymentIntent of ours is the proof (ruling 16).
 */
@Injectable()
export class AccountWatch implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AccountWatch.name);
  private readonly loop: BackgroundLoop;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly account: StripeAccount,
    private readonly payments: PaymentRepository,
    private readonly deployment: DeploymentService,
    private readonly readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const { checkIntervalMs } = config.stripe;
    this.loop = new BackgroundLoop('account-watch', Math.min(WHILE_NOT_WELL_MS, checkIntervalMs), () => this.pass());
  }

  /** Looks once before anything is served or worked on: a wrong key that is told by it has sent nothing. */
  async onModuleInit(): Promise<void> {
    if (this.config.stripe.checkIntervalMs <= 0) return;
    const looked = this.look().catch((error: unknown) => this.logger.warn({ err: error }, 'the first look failed'));
    await Promise.race([looked, sleep(FIRST_LOOK_MS, undefined, { ref: false })]);
    this.lookedAt = performance.now();
  }

  onApplicationBootstrap(): void {
    if (this.config.stripe.checkIntervalMs > 0) this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async pass(): Promise<void> {
    const well = this.readiness.isMet('stripe') && this.readiness.isMet('stripe_account');
    if (well && performance.now() - this.lookedAt < this.config.stripe.checkIntervalMs) return;
    this.lookedAt = performance.now();
    await this.look();
  }

  /** Looks once, now. */
  async look(): Promise<void> {
    const proof = await this.deployment.accountProof();
    const known = proof ?? (await this.payments.someProviderPayment());
    if (known === null) return this.account.tryKey(); // nothing of ours is at any account
    const found = await this.account.find(known, proof !== null);
    const ours = found?.metadata['deployment_id'] === this.deployment.id;
    if (proof === null && ours) await this.deployment.keepAccountProof(known);
  }
}
