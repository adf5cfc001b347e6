import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import mongoose from 'mongoose';
import { CONFIG, type Config } from '../config/config.js';

/** Asks the store for a sign of life on a connection of its own: a pool that payers have filled says nothing of the store. */
@Injectable()
export class StoreProbe implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(StoreProbe.name);
  private readonly client: mongoose.mongo.MongoClient;

  constructor(@Inject(CONFIG) { mongo }: Config) {
    this.client = new mongoose.mongo.MongoClient(mongo.uri, {
      maxPoolSize: 1,
      minPoolSize: 0,
      serverSelectionTimeoutMS: mongo.serverSelectionTimeoutMs,
      connectTimeoutMS: mongo.serverSelectionTimeoutMs,
      socketTimeoutMS: mongo.serverSelectionTimeoutMs,
      heartbeatFrequencyMS: 2_000,
    });
  }

  /**
   * Connects at the start, because the first ping has no time for it. A store that takes no second connection yet does not
   * fail the start: each ping connects anew, and readiness says what comes of it.
   */
  async onModuleInit(): Promise<void> {
    await this.client.connect().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the readiness probe is not connected yet');
    });
  }

  /** @throws what the driver throws, when there is no answer in time. */
  async ping(withinMs: number): Promise<void> {
    await this.client.db().command({ ping: 1 }, { timeoutMS: withinMs });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
