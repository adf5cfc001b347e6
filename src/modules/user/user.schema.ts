import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { Schema as MongooseSchema } from 'mongoose';

/** The stored form, collection `users`. */
@Schema({ collection: 'users', versionKey: false, strict: 'throw' })
export class UserRecord {
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  userName!: string;

  @Prop({ type: String, required: true })
  email!: string;

  /** bcrypt; read by the two methods that compare it and by nothing else. */
  @Prop({ type: String, required: true, select: false })
  passwordHash!: string;

  @Prop({ type: String })
  customerId?: string;

  @Prop({ type: Number, required: true, default: 0 })
  customerGeneration!: number;

  @Prop({ type: MongooseSchema.Types.ObjectId })
  createdBy?: Types.ObjectId;

  @Prop({ type: Boolean, required: true, default: false })
  isAdmin!: boolean;

  @Prop({ type: Number, required: true, default: 0 })
  tokenVersion!: number;

  @Prop({ type: Number, required: true, default: 0 })
  contactVersion!: number;

  @Prop({ type: Date, required: true })
  createdAt!: Date;
}

export const UserSchema = SchemaFactory.createForClass(UserRecord);

// Race: two registrations of one address at the same time. Query: login by e-mail. Stored lower-case, so no collation.
UserSchema.index({ email: 1 }, { name: 'email_unique', unique: true });
// Query: GET /user of a user that created others, oldest first.
UserSchema.index({ createdBy: 1, createdAt: 1 }, { name: 'created_by' });
// Query: GET /user of an administrator, oldest first.
UserSchema.index({ createdAt: 1, _id: 1 }, { name: 'oldest_first' });
