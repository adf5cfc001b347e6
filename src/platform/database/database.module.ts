import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.js';

/**
 * Majority and journaled writes, reads from the primary: a decision about money never rests on something that a failover
 * may take back. Without command buffering a request fails in two seconds instead of hanging for ten.
 */
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        uri: config.mongo.uri,
        serverSelectionTimeoutMS: config.mongo.serverSelectionTimeoutMs,
        socketTimeoutMS: 10_000,
        heartbeatFrequencyMS: 2_000,
        autoIndex: false,
        autoCreate: false,
        bufferCommands: false,
        strictQuery: 'throw',
        writeConcern: { w: 'majority', journal: true },
        readPreference: 'primary',
        retryAttempts: 20,
        retryDelay: 1_000,
        connectionFactory: (connection: Connection) => connection.on('error', () => undefined),
      }),
    }),
  ],
})
export class DatabaseModule {}
