import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import mongoose, { type Connection } from 'mongoose';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.js';

// A query by a field that no schema has is a bug; mongoose takes this setting globally only.
mongoose.set('strictQuery', 'throw');

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
