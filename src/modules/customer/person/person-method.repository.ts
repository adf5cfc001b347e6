import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { changeUntil } from '../../../platform/database/change-until.js';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { COUNTER_MODEL, PERSON_METHOD_MODEL } from './person-method.schema.js';
import type { PersonMethod, PersonMethodChange } from './person-method.types.js';

const COUNTER = 'person_methods';
/** A counter that a restored backup has set back catches up by as many numbers at a time. */
const TRIES = 50;

/** Named queries on `person_methods` and its counter. Every method may throw StoreError. */
@Injectable()
export class PersonMethodRepository {
  private readonly methods: VersionedCollection<PersonMethod>;

  constructor(
    @InjectModel(PERSON_METHOD_MODEL) private readonly model: Model<PersonMethod>,
    @InjectModel(COUNTER_MODEL) private readonly counters: Model<{ _id: string; n: number }>,
  ) {
    this.methods = new VersionedCollection(model);
  }

  load(id: string): Promise<PersonMethod | null> {
    return this.methods.load(id);
  }

  /** Returns null for another account's too. */
  async findByNumber(accountId: string, number: number): Promise<PersonMethod | null> {
    const filter = { number: Number(number) };
    const found = await fromStore(
      () => this.model.collection.findOne(filter as never) as unknown as Promise<PersonMethod | null>,
    );
    return found?.accountId === accountId ? found : null;
  }

  /** Returns the person's methods, oldest first. */
  ofPerson(personId: string): Promise<PersonMethod[]> {
    const find = () =>
      this.model.collection
        .find({ personId: String(personId) } as never)
        .sort({ number: 1 })
        .toArray();
    return fromStore(find) as unknown as Promise<PersonMethod[]>;
  }

  /** Inserts under the next number, or returns the one of that id that was there first. */
  async insert(method: Omit<PersonMethod, 'v' | 'w' | 'number'>): Promise<PersonMethod> {
    for (let tries = 1; ; tries++) {
      try {
        return (await this.methods.insert({ ...method, number: await this.nextNumber() })).document;
      } catch (error) {
        if (!isDuplicateKey(error) || tries === TRIES) throw error;
      }
    }
  }

  changeUntil(seen: PersonMethod, think: (current: PersonMethod) => PersonMethodChange | null): Promise<PersonMethod> {
    return changeUntil(
      seen,
      {
        change: (current, change: PersonMethodChange) => this.methods.swap(current, change),
        reload: async ({ _id: id }) => {
          const current = await this.load(id);
          if (current === null) throw new Error(`payment method ${id} has vanished`);
          return current;
        },
      },
      think,
    );
  }

  /** A number whose answer was lost is given to nobody. */
  private async nextNumber(): Promise<number> {
    const next = await fromStore(() =>
      this.counters.collection.findOneAndUpdate(
        { _id: COUNTER } as never,
        { $inc: { n: 1 } },
        { upsert: true, returnDocument: 'after' },
      ),
    );
    if (typeof next?.['n'] !== 'number') throw new Error('the counter of payment methods gave no number');
    return next['n'];
  }
}
