import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type QueryFilter, Types, type UpdateQuery } from 'mongoose';
import { Clock } from '../../platform/common/clock.js';
import { fromStore, isDuplicateKey } from '../../platform/database/mongo-errors.js';
import { HAS_DATE } from '../../platform/database/partial-index.js';
import { StoreError } from '../../platform/database/store-error.js';
import { emailKey, formerEmail, NOT_PLAIN } from './email.js';
import { toUser } from './user.mapper.js';
import { UserRecord } from './user.schema.js';
import type { NewUser, User, UserChanges } from './user.types.js';

const ID = /^[0-9a-f]{24}$/;

type Credentials = { user: User; passwordHash: string };

const WITHOUT_HASH = { projection: { passwordHash: 0 } };

/** Refuses what is not a string at run time too: an object in a filter would be an operator. */
/** Filter for what comes behind a user in a list that is oldest first. */
function behind({ createdAt, id }: Pick<User, 'createdAt' | 'id'>): QueryFilter<UserRecord> {
  return { $or: [{ createdAt: { $gt: createdAt } }, { createdAt, _id: { $gt: objectId(id) } }] };
}

function objectId(id: string): Types.ObjectId {
  if (typeof id !== 'string' || !ID.test(id)) throw new TypeError('a user id is 24 lower-case hex characters');
  return new Types.ObjectId(id);
}

function text(value: string, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is a string`);
  return value;
}

function number(value: number, name: string): number {
  if (typeof value !== 'number') throw new TypeError(`${name} is a number`);
  return value;
}

interface WithoutKeyPage {
  readonly after?: Pick<User, 'id' | 'createdAt'>;
  readonly notPlain?: boolean;
}

/** Named queries on `users`; plain domain objects out. Every method may throw StoreError. */
@Injectable()
export class UserRepository {
  constructor(
    @InjectModel(UserRecord.name) private readonly users: Model<UserRecord>,
    private readonly clock: Clock,
  ) {}

  /**
   * Inserts under an id of our own, so that a lost answer is settled by asking again for that id.
   * @returns null when the e-mail (or, for a given id, the id) is taken.
   */
  async insert(user: NewUser, id: string = new Types.ObjectId().toHexString()): Promise<User | null> {
    const record: UserRecord = {
      _id: objectId(id),
      userName: text(user.userName, 'userName'),
      email: text(user.email, 'email'),
      emailKey: emailKey(user.email),
      passwordHash: text(user.passwordHash, 'passwordHash'),
      ...(user.createdBy === undefined ? {} : { createdBy: objectId(user.createdBy) }),
      customerGeneration: 0,
      isAdmin: user.isAdmin,
      tokenVersion: 0,
      contactVersion: 0,
      createdAt: this.clock.date(),
    };
    return this.settled(async () => {
      try {
        await this.users.collection.insertOne(record);
        return toUser(record);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const first = await this.users.countDocuments({ _id: record._id, passwordHash: record.passwordHash });
        return first === 1 ? toUser(record) : null;
      }
    });
  }

  /** Finds a user by id. Every request does, so it uses the driver and not mongoose's slower queries. */
  async findById(id: string): Promise<User | null> {
    const filter = { _id: objectId(id) };
    const record = await fromStore(() => this.users.collection.findOne(filter, WITHOUT_HASH));
    return record === null ? null : toUser(record as UserRecord);
  }

  /** Finds the user who is stored under exactly this text. */
  findByEmail(email: string): Promise<User | null> {
    return this.findOne({ email: text(email, 'email') });
  }

  findByEmailKey(key: string): Promise<User | null> {
    return this.findOne({ emailKey: text(key, 'key') });
  }

  /**
   * Finds user and password hash for a login; no other look-up by e-mail reads the hash. `email` is as typed. A user stored
   * under exactly this spelling wins: of two old accounts with one key only one has the key, and the other can only be found
   * this way. All three queries always run, so that the time does not tell which accounts exist.
   */
  async findCredentialsByEmail(email: string): Promise<Credentials | null> {
    const key = emailKey(text(email, 'email'));
    const [former, keyed, plain] = await Promise.all([
      this.findCredentials({ email: formerEmail(email) }),
      this.findCredentials({ emailKey: key }),
      this.findCredentials({ email: key }), // plain, and not filled in yet
    ]);
    return former ?? keyed ?? plain;
  }

  /** Finds user and password hash for a change of the password. */
  findCredentialsById(id: string): Promise<Credentials | null> {
    return this.findCredentials({ _id: objectId(id) });
  }

  /**
   * Returns users without an e-mail key, oldest first, from the one after `after`; with `notPlain` only those whose key
   * may differ from their e-mail.
   */
  async listWithoutEmailKey(limit: number, { after, notPlain = false }: WithoutKeyPage): Promise<User[]> {
    const filter: QueryFilter<UserRecord> = { emailKey: { $exists: false } };
    // $regex and not a RegExp: the embedded store would compare a RegExp as a value.
    if (notPlain) filter.email = { $regex: NOT_PLAIN.source };
    return this.list(after === undefined ? filter : { $and: [filter, behind(after)] }, limit);
  }

  /** Gives the key of the e-mail that was seen. @returns false when another user has it. */
  async fillEmailKey({ id, email }: Pick<User, 'id' | 'email'>): Promise<boolean> {
    const filter = { _id: objectId(id), email: text(email, 'email'), emailKey: { $exists: false } };
    try {
      await this.updateOne(filter, { $set: { emailKey: emailKey(email) } });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** The user and those it created, oldest first, behind one of them; null for the beginning. */
  listManagedBy(userId: string, limit: number, after: User | null): Promise<User[]> {
    const id = objectId(userId);
    const managed = { $or: [{ _id: id }, { createdBy: id }] };
    return this.list(after === null ? managed : { $and: [managed, behind(after)] }, limit);
  }

  listAll(limit: number, after: User | null): Promise<User[]> {
    return this.list(after === null ? {} : behind(after), limit);
  }

  /** @returns false when the user is gone; throws `DuplicateEmail` when another user has the new address. */
  async update(id: string, changes: UserChanges): Promise<boolean> {
    const set: Partial<UserRecord> = {};
    if (changes.userName !== undefined) set.userName = text(changes.userName, 'userName');
    if (changes.email !== undefined) {
      set.email = text(changes.email, 'email');
      set.emailKey = emailKey(changes.email);
    }
    if (changes.customerId !== undefined) set.customerId = text(changes.customerId, 'customerId');
    const contactChanged = set.userName !== undefined || set.email !== undefined;
    if (contactChanged) set.contactDueAt = this.clock.date();
    const update = { $set: set, ...(contactChanged ? { $inc: { contactVersion: 1 } } : {}) };
    try {
      return await this.updateOne({ _id: objectId(id) }, update);
    } catch (error) {
      throw isDuplicateKey(error) ? new DuplicateEmail() : error;
    }
  }

  /** @returns whether this call stored it: false when the user has a Customer already or is gone. */
  setCustomerIfAbsent(userId: string, customerId: string): Promise<boolean> {
    return this.updateOne(
      { _id: objectId(userId), customerId: { $exists: false } },
      { $set: { customerId: text(customerId, 'customerId'), contactDueAt: this.clock.date() } },
    );
  }

  /** Users whose name and e-mail Stripe has not been told, the longest due first. */
  async contactDue(now: Date, limit: number): Promise<User[]> {
    const filter = { contactDueAt: { $lte: now, ...HAS_DATE } };
    const find = () => this.users.find(filter, WITHOUT_HASH.projection).sort({ contactDueAt: 1 }).limit(limit);
    return (await fromStore(() => find().lean<UserRecord[]>().exec())).map(toUser);
  }

  /** Notes that Stripe has name and e-mail, or needs none, unless they have changed since `contactVersion`. */
  async contactTold(userId: string, contactVersion: number): Promise<void> {
    await this.updateOne(
      { _id: objectId(userId), contactVersion: number(contactVersion, 'contactVersion') },
      { $unset: { contactDueAt: 1 } },
    );
  }

  /** Moves the next try to send name and e-mail to Stripe. */
  async contactLater(userId: string, dueAt: Date): Promise<void> {
    await this.updateOne({ _id: objectId(userId), contactDueAt: { $exists: true } }, { $set: { contactDueAt: dueAt } });
  }

  /** Moves on to the next key of the contact: a 500 is kept under the last one for a day. */
  async contactNextKey(userId: string, contactVersion: number): Promise<void> {
    await this.updateOne(
      { _id: objectId(userId), contactVersion: number(contactVersion, 'contactVersion') },
      { $inc: { contactVersion: 1 } },
    );
  }

  /** Moves on to the next idempotency key of the Customer's creation, unless somebody did so since `seenGeneration`. */
  async bumpCustomerGeneration(userId: string, seenGeneration: number): Promise<void> {
    await this.updateOne(
      { _id: objectId(userId), customerGeneration: number(seenGeneration, 'seenGeneration') },
      { $inc: { customerGeneration: 1 } },
    );
  }

  /** Forgets a Customer that is gone. The generation moves with it, because the old key would answer the old id for a day. */
  async forgetCustomer(userId: string, customerId: string): Promise<void> {
    await this.updateOne(
      { _id: objectId(userId), customerId: text(customerId, 'customerId') },
      { $unset: { customerId: 1 }, $inc: { customerGeneration: 1 } },
    );
  }

  /**
   * Replaces the hash and kills every token, if none died since `seenTokenVersion`.
   * @returns the new token version, or null when somebody was first or the user is gone.
   */
  async replacePassword(id: string, seenTokenVersion: number, passwordHash: string): Promise<number | null> {
    const next = number(seenTokenVersion, 'seenTokenVersion') + 1;
    const hash = text(passwordHash, 'passwordHash');
    return this.settled(async () => {
      const { matchedCount } = await this.users.updateOne(
        { _id: objectId(id), tokenVersion: next - 1 },
        { $set: { passwordHash: hash, tokenVersion: next } },
      );
      if (matchedCount === 1) return next;
      const first = await this.users.countDocuments({ _id: objectId(id), tokenVersion: next, passwordHash: hash });
      return first === 1 ? next : null;
    });
  }

  /** Kills every token of the user. */
  async bumpTokenVersion(id: string): Promise<void> {
    await this.updateOne({ _id: objectId(id) }, { $inc: { tokenVersion: 1 } });
  }

  makeAdmin(id: string): Promise<boolean> {
    return this.updateOne({ _id: objectId(id) }, { $set: { isAdmin: true } });
  }

  /** @returns whether this call deleted it. */
  async deleteById(id: string): Promise<boolean> {
    const { deletedCount } = await fromStore(() => this.users.deleteOne({ _id: objectId(id) }).exec());
    return deletedCount === 1;
  }

  private async updateOne(filter: QueryFilter<UserRecord>, update: UpdateQuery<UserRecord>): Promise<boolean> {
    const { matchedCount } = await fromStore(() => this.users.updateOne(filter, update).exec());
    return matchedCount === 1;
  }

  private async findOne(filter: QueryFilter<UserRecord>): Promise<User | null> {
    const record = await fromStore(() => this.users.findOne(filter).lean<UserRecord>().exec());
    return record === null ? null : toUser(record);
  }

  private async findCredentials(filter: QueryFilter<UserRecord>): Promise<Credentials | null> {
    const record = await fromStore(() => this.users.findOne(filter).select('+passwordHash').lean<UserRecord>().exec());
    return record === null ? null : { user: toUser(record), passwordHash: record.passwordHash };
  }

  private async list(filter: QueryFilter<UserRecord>, limit: number): Promise<User[]> {
    const records = await fromStore(() =>
      this.users.find(filter).sort({ createdAt: 1, _id: 1 }).limit(limit).lean<UserRecord[]>().exec(),
    );
    return records.map(toUser);
  }

  /** Sends a repeatable write once more when its answer was lost; the repeat recognises the first one's work. */
  private async settled<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await fromStore(write);
    } catch (error) {
      if (!(error instanceof StoreError) || error.outcome !== 'unknown') throw error;
      return fromStore(write);
    }
  }
}

/** Thrown when another user has the address. */
export class DuplicateEmail extends Error {}
