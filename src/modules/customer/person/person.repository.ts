import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { PERSON_MODEL } from './person.schema.js';
import { keyOf, type Person } from './person.types.js';

export type PersonChange = Partial<Omit<Person, '_id' | 'v' | 'w' | 'accountId'>>;

/** Named queries on `persons`. Every method may throw StoreError. */
@Injectable()
export class PersonRepository {
  private readonly persons: VersionedCollection<Person>;

  constructor(@InjectModel(PERSON_MODEL) private readonly model: Model<Person>) {
    this.persons = new VersionedCollection(model);
  }

  /** Returns the account's person with that identifier; null for another account's too. */
  findByIdentifier(accountId: string, identifier: string): Promise<Person | null> {
    const filter = { keys: keyOf(String(accountId), String(identifier)) };
    return fromStore(() => this.model.collection.findOne(filter as never) as Promise<Person | null>);
  }

  load(id: string): Promise<Person | null> {
    return this.persons.load(id);
  }

  async reload(seen: Person): Promise<Person> {
    const current = await this.load(seen._id);
    if (current === null) throw new Error(`person ${seen._id} has vanished`);
    return current;
  }

  /** @returns null when one of the identifiers, or the vault's customer, is another person's. */
  insert(person: Omit<Person, 'v' | 'w'>): Promise<Person | null> {
    return this.unlessTaken(async () => (await this.persons.insert(person)).document);
  }

  /** @returns the new version; null when somebody was first, or an identifier is another person's. */
  swap(seen: Person, change: PersonChange): Promise<Person | null> {
    return this.unlessTaken(() => this.persons.swap(seen, change));
  }

  private async unlessTaken<T>(write: () => Promise<T>): Promise<T | null> {
    try {
      return await write();
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }
}
