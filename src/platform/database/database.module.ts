import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import mongoose, { type Connection } from 'mongoose';
import type { Config } from '../config/config.js';
import { hungOperations } from './hung-operations.js';
import { CONFIG } from '../config/config.js';
import { Indexes } from './indexes.js';

// A query by a field that no schema has is a bug; mongoose takes this setting globally only.
mongoose.set('strictQuery', 'throw');

/** Time limit for the answer to one command; a store that takes longer is as good as gone for the request that waits. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * Majority and journaled writes, reads from the primary: a decision about money never rests on something that a failover
 * may take back. Without command buffering a request fails in two seconds instead of hanging for ten; the driver's own
 * limits for connecting (30 s) and for a free connection (none) would keep it as long.
 */
@Global()
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        uri: config.mongo.uri,
        serverSelectionTimeoutMS: config.mongo.serverSelectionTimeoutMs,
        connectTimeoutMS: config.mongo.serverSelectionTimeoutMs,
        waitQueueTimeoutMS: config.mongo.serverSelectionTimeoutMs,
        socketTimeoutMS: ANSWER_WITHIN_MS,
        heartbeatFrequencyMS: 2_000,
        autoIndex: false,
        autoCreate: false,
        bufferCommands: false,
        writeConcern: { w: 'majority', journal: true },
        // When the driver's hidden second try finds no server, its error says nothing of the first, which may have run.
        retryWrites: false,
        readPreference: 'primary',
        retryAttempts: config.mongo.connectTries,
        retryDelay: 1_000,
        connectionFactory: (connection: Connection) => {
          connection.getClient().on('connectionPoolCleared', () => hungOperations.storeLost());
          return connection.on('error', () => undefined);
        },
      }),
    }),
  ],
  providers: [Indexes],
  exports: [Indexes],
})
export class DatabaseModule {}
