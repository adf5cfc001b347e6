import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { type Listed, listed, type ListPage, LONGEST_LIST } from '../../platform/common/list-page.js';
import type { Principal } from '../../platform/common/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { formerEmail, hasInvisible, isInternetDomain, LONGEST_EMAIL, normalizeEmail } from './email.js';
import { EmailKeys } from './email-keys.js';
import { Passwords } from './passwords.js';
import { DuplicateEmail, UserRepository } from './user.repository.js';
import type { User, UserChanges } from './user.types.js';

export interface NewAccount {
  readonly userName: string;
  /** The address as typed; it has the form of an e-mail address. */
  readonly email: string;
  readonly password: string;
}

/** Throws unless the Stripe Customer was made for the user. */
export type DemandOwned = (userId: string, customerId: string) => Promise<void>;

const emailTaken = () => new AppError('email_taken', 'This e-mail address is already registered');
const notFound = () => new AppError('user_not_found', 'No such user');
const forbidden = () => new AppError('forbidden', 'You may not use this user record');

const isOwn = (user: User, caller: Principal): boolean => user.id === caller.id;

/** The user records and who may touch them (contract decision A1). */
@Injectable()
export class UserService {
  private readonly log = new Logger(UserService.name);

  constructor(
    private readonly users: UserRepository,
    private readonly passwords: Passwords,
    private readonly emailKeys: EmailKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The caller may manage whom they created; without a caller it is a registration. Throws `email_taken`,
   * `validation_failed`, `overloaded`.
   */
  async create(caller: Principal | null, account: NewAccount): Promise<User> {
    const email = acceptedEmail(account.email);
    // Hashed before the address is looked at: a taken address takes as long as a free one.
    const passwordHash = await this.passwords.hash(account.password);
    if (await this.emailKeys.isTwin(email)) throw emailTaken();
    const { userName } = account;
    const created = await this.users.insert({ userName, email, passwordHash, createdBy: caller?.id, isAdmin: false });
    if (created === null) throw emailTaken();
    return created;
  }

  /**
   * Returns the users that the caller may see, oldest first.
   * @throws AppError validation_failed where the list is to go on behind a user whom the caller may not see.
   */
  async list(caller: Principal, { limit, startingAfter }: ListPage): Promise<Listed<User>> {
    const after = startingAfter === null ? null : await this.cursor(caller, startingAfter);
    const page = await listed(limit, (most) =>
      this.seesAll(caller) ? this.users.listAll(most, after) : this.users.listManagedBy(caller.id, most, after),
    );
    if (page.more && limit === null) this.log.warn(`User list of ${caller.id} was cut at ${LONGEST_LIST}`);
    return page;
  }

  private async cursor(caller: Principal, id: string): Promise<User> {
    const found = await this.users.findById(id);
    if (found === null || !this.maySee(caller, found))
      throw invalidRequest('starting_after must be a user whom you may see');
    return found;
  }

  /** Returns the record if the caller may read it. Throws `user_not_found`, or `forbidden` for others' users. */
  async authorize(caller: Principal, id: string): Promise<User> {
    const user = await this.users.findById(id);
    if (user === null) throw notFound();
    if (this.maySee(caller, user)) return user;
    throw forbidden();
  }

  private maySee(caller: Principal, user: User): boolean {
    return this.seesAll(caller) || isOwn(user, caller) || user.createdBy === caller.id;
  }

  /**
   * Returns the record if the caller may change and delete it. Throws as `authorize`, and `forbidden` for an administrator's
   * record unless the caller is one too: who created an account that was made administrator later may not take that away.
   */
  async authorizeChange(caller: Principal, id: string): Promise<User> {
    const user = await this.authorize(caller, id);
    if (user.isAdmin && !caller.isAdmin && !isOwn(user, caller)) throw forbidden();
    return user;
  }

  /**
   * Changes the fields that are present. Throws as `authorizeChange`, `email_taken`, `validation_failed`, and as
   * `demandOwned`, which is asked whether a Stripe Customer that somebody claims is the user's.
   */
  async update(caller: Principal, id: string, changes: UserChanges, demandOwned: DemandOwned): Promise<User> {
    const user = await this.authorizeChange(caller, id);
    const email = changedEmail(user, changes.email);
    const customerId = changes.customerId === user.customerId ? undefined : changes.customerId;
    if (customerId !== undefined && !caller.isAdmin) await demandOwned(user.id, customerId);
    if (email !== undefined && (await this.emailKeys.isTwin(email, id))) throw emailTaken();
    const { userName } = changes;
    if (userName === undefined && email === undefined && customerId === undefined) return user;
    await this.store(id, { userName, email, customerId });
    const updated = await this.users.findById(id);
    if (updated === null) throw notFound();
    return updated;
  }

  /** @returns the record as it was. Its tokens die with it. Throws as `authorizeChange`. */
  async delete(caller: Principal, id: string): Promise<User> {
    const user = await this.authorizeChange(caller, id);
    if (!(await this.users.deleteById(id))) throw notFound();
    return user;
  }

  private async store(id: string, changes: UserChanges): Promise<void> {
    try {
      if (!(await this.users.update(id, changes))) throw notFound();
    } catch (error) {
      throw error instanceof DuplicateEmail ? emailTaken() : error;
    }
  }

  private seesAll(caller: Principal): boolean {
    return caller.isAdmin || this.config.storefront.userScope === 'all';
  }
}

/** The form in which a new address is stored. Rules of characters are for new ones only: who has an older one keeps it. */
function acceptedEmail(typed: string): string {
  const email = normalizeEmail(typed);
  if (hasInvisible(email)) throw invalidRequest('email must not contain invisible characters');
  if (email.length > LONGEST_EMAIL)
    throw invalidRequest(`email must be shorter than or equal to ${LONGEST_EMAIL} characters`);
  if (!isInternetDomain(email)) throw invalidRequest('email must be an email');
  return email;
}

/** Returns the address to be stored, or undefined when the typed one is the stored one in this or an older normal form. */
function changedEmail({ email }: User, typed: string | undefined): string | undefined {
  if (typed === undefined || [typed.trim(), formerEmail(typed), normalizeEmail(typed)].includes(email))
    return undefined;
  return acceptedEmail(typed);
}
