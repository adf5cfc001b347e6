import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RateCounter } from './rate-counter.js';
import { RateLimiters } from './rate-limiters.js';
import { RateWindowRecord, RateWindowSchema } from './rate-window.schema.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: RateWindowRecord.name, schema: RateWindowSchema }])],
  providers: [RateCounter, RateLimiters],
  exports: [RateCounter, RateLimiters],
})
export class LimitsModule {}
