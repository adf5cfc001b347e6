import { Schema, type Types } from 'mongoose';
import { HAS_DATE } from '../../platform/database/partial-index.js';

/** The stored form, collection `users`. */
export class UserRecord {
  _id!: Types.ObjectId;
  userName!: string;
  email!: string;
  /**
   * The key that all spellings of the address share, see email.ts. Absent if an older account has it, or until it is
   * filled in.
   */
  emailKey?: string;
  /** bcrypt; read by the two methods that compare it and by nothing else. */
  passwordHash!: string;
  customerId?: string;
  customerGeneration!: number;
  createdBy?: Types.ObjectId;
  isAdmin!: boolean;
  tokenVersion!: number;
  contactVersion!: number;
  /** Time at which name and e-mail are to be sent to Stripe; absent once they have been. */
  contactDueAt?: Date;
  createdAt!: Date;
}

// Not @nestjs/mongoose's decorators: they read __proto__, which the process runs without (--disable-proto=delete).
export const UserSchema = new Schema<UserRecord>(
  {
    userName: { type: String, required: true },
    email: { type: String, required: true },
    emailKey: { type: String },
    passwordHash: { type: String, required: true, select: false },
    customerId: { type: String },
    customerGeneration: { type: Number, required: true, default: 0 },
    createdBy: { type: Schema.Types.ObjectId },
    isAdmin: { type: Boolean, required: true, default: false },
    tokenVersion: { type: Number, required: true, default: 0 },
    contactVersion: { type: Number, required: true, default: 0 },
    contactDueAt: { type: Date },
    createdAt: { type: Date, required: true },
  },
  { collection: 'users', versionKey: false, strict: 'throw' },
);

// Race: two registrations of one address at the same time. Query: login by e-mail. Stored lower-case, so no collation.
UserSchema.index({ email: 1 }, { name: 'email_unique', unique: true });
// Race: two registrations of two spellings of one address. Query: login by another spelling than the stored one.
UserSchema.index({ emailKey: 1 }, { name: 'email_key_unique', unique: true, sparse: true });
// Query: GET /user of a user that created others, oldest first.
UserSchema.index({ createdBy: 1, createdAt: 1 }, { name: 'created_by' });
// Query: GET /user of an administrator, oldest first.
UserSchema.index({ createdAt: 1, _id: 1 }, { name: 'oldest_first' });
// Query: users whose name and e-mail have still to be sent to Stripe. Only those are in it.
UserSchema.index({ contactDueAt: 1 }, { name: 'contact_due', partialFilterExpression: { contactDueAt: HAS_DATE } });
