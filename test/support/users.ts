import { getModelToken } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { UserRecord } from '../../src/modules/user/user.schema.js';
import type { TestApp } from './app.js';

export type StoredUsers = ReturnType<typeof storedUsers>;

/** What is in the database about users, to look at and to change behind the app's back. */
export function storedUsers(app: TestApp) {
  const model = app.app.get<Model<UserRecord>>(getModelToken(UserRecord.name), { strict: false });
  return {
    /** Everything stored, the hash too. */
    read: (userId: string) => model.findById(userId).select('+passwordHash').lean<UserRecord>().exec(),
    byEmail: (email: string) => model.find({ email }).select('+passwordHash').lean<UserRecord[]>().exec(),
    async set(userId: string, set: Partial<UserRecord>): Promise<void> {
      await model.updateOne({ _id: userId }, { $set: set });
    },
    /** Users as if created by this one, later than it. */
    async addCreatedBy(userId: string, count: number): Promise<void> {
      const createdBy = new Types.ObjectId(userId);
      const createdAt = new Date(app.clock.now() + 60_000);
      const records = Array.from({ length: count }, (_, i) => ({
        _id: new Types.ObjectId(),
        userName: `User ${i}`,
        email: `${i}.of.${userId}@example.com`,
        passwordHash: 'none',
        customerGeneration: 0,
        isAdmin: false,
        tokenVersion: 0,
        contactVersion: 0,
        createdBy,
        createdAt,
      }));
      await model.collection.insertMany(records);
    },
    count: (email: string) => model.countDocuments({ email }),
  };
}
