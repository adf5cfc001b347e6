import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { BatchModule } from '../../../modules/batch/batch.module.js';
import { type RowReader, RowReading } from '../../../modules/batch/run/row-reading.service.js';
import { toRowDraft } from './row.mapper.js';

@Injectable()
class GatewayRows implements RowReader, OnModuleInit {
  readonly read = toRowDraft;

  constructor(private readonly reading: RowReading) {}

  onModuleInit(): void {
    this.reading.use(this);
  }
}

/** Reads the rows of files: workers have it too, who speak no language otherwise. */
@Module({ imports: [BatchModule], providers: [GatewayRows] })
export class FileBatchRowsModule {}
