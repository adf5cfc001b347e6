import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RateLimiters } from './rate-limiters.js';
import { RateWindowRecord, RateWindowSchema } from './rate-window.schema.js';
import { RateWindows } from './rate-windows.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: RateWindowRecord.name, schema: RateWindowSchema }])],
  providers: [RateWindows, RateLimiters],
  exports: [RateWindows, RateLimiters],
})
export class LimitsModule {}
