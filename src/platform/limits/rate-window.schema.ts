import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** One key's count in one fixed window, collection `rate_windows`. */
@Schema({ collection: 'rate_windows', versionKey: false, strict: 'throw' })
export class RateWindowRecord {
  /** `key|start of the window in epoch milliseconds`. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: Number, required: true })
  count!: number;

  @Prop({ type: Date, required: true })
  expireAt!: Date;
}

export const RateWindowSchema = SchemaFactory.createForClass(RateWindowRecord);

// Garbage collection only: a window counts by its `_id`, never by whether the store got round to deleting it.
RateWindowSchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
