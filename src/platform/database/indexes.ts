import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { createIndexes, declaredIndexes, missingIndexes } from './index-check.js';
import { type Repair, repairIndexes } from './index-repair.js';

/** The indexes that the schemas declare, against those that the store has. Throws the driver's errors. */
@Injectable()
export class Indexes {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  get declared(): number {
    return declaredIndexes(this.connection).length;
  }

  /** Builds what is missing. @returns what could not be built, and why. */
  create(): Promise<string[]> {
    return createIndexes(this.connection);
  }

  /** @returns one line for each that is missing or different. */
  problems(): Promise<string[]> {
    return missingIndexes(this.connection);
  }

  /** Builds what is missing and replaces what is different. */
  repair(): Promise<Repair[]> {
    return repairIndexes(this.connection);
  }

  /** Closes the connection, for a program that is done with it. */
  disconnect(): Promise<void> {
    return this.connection.close();
  }
}
