import {
  createParamDecorator,
  type ExecutionContext,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  StreamableFile,
} from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { FileBatchReader } from '../../../modules/batch/file-batch-reader.service.js';
import { FileUpload } from '../../../modules/batch/file/file-upload.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { Upload } from '../../../platform/http/upload.js';
import { fileOf } from '../../../platform/http/uploaded-file.js';
import type { Client } from '../../../platform/limits/client-address.js';
import { RequestClient } from '../../shared/client.decorator.js';
import { idempotencyKeyOf } from '../../shared/idempotency-key.js';
import { single } from '../envelope.js';
import {
  CurrentCaller,
  GatewayController,
  GatewayCredential,
  GatewayErrors,
  LONGEST_FILE,
} from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { RESULT_EXAMPLE } from './file-batch.document.js';
import { FileBatchAnswer } from './file-batch.dto.js';
import { toFileBatchBody } from './file-batch.mapper.js';

const ApiBatchId = () => ApiPathId('batchId', 'b7kgflt1tlv51er0fc00');

const FILE = { field: 'file', maxBytes: LONGEST_FILE } as const;
/** Ruling 59: whoever sends a file twice is told. */
const SENT_BEFORE = 'the same file was uploaded before: this is its batch';

/** The body that the guard has let in, and nobody has read. */
const SentUpload = createParamDecorator((_data: unknown, context: ExecutionContext): Upload => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  if (body instanceof Upload) return body;
  throw invalidRequest('file is required');
});

@GatewayController('filebatch', 'gateway file batch')
export class FileBatchController {
  constructor(
    private readonly uploads: FileUpload,
    private readonly reader: FileBatchReader,
  ) {}

  /**
   * Takes in a CSV file of transactions, one a row. Its structure is checked at once, its rows are carried out in the background.
   * The same file again within a day is answered by its first batch, and `msg` says so; an `Idempotency-Key` decides otherwise.
   */
  @Post()
  @HttpCode(200)
  @GatewayCredential()
  @ApiConsumes('multipart/form-data', 'text/csv')
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Names the upload: the same key is the same batch, another key a new one though the file is the same.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  })
  @GatewayErrors(400, 401, 403, 408, 413, 415, 503)
  async upload(
    @CurrentCaller() caller: GatewayPrincipal,
    @RequestClient() client: Client,
    @SentUpload() upload: Upload,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<FileBatchAnswer> {
    const key = idempotencyKeyOf(idempotencyKey);
    const pieces = fileOf(upload, FILE);
    const { batch, isRepeat } = await this.uploads.upload(caller, { key, pieces, address: client.ip });
    return single(toFileBatchBody(batch), isRepeat ? SENT_BEFORE : undefined);
  }

  /** How far a batch is. */
  @Get(':batchId')
  @ApiBatchId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 503)
  async read(@CurrentCaller() caller: GatewayPrincipal, @Param('batchId') id: string): Promise<FileBatchAnswer> {
    return single(toFileBatchBody(await this.reader.read(caller, id)));
  }

  /** The outcome of each row, in the order of the file, once the batch is `completed`. */
  @Get(':batchId/download')
  @ApiBatchId()
  @GatewayCredential()
  @ApiResponse({
    status: 200,
    description: 'The results as CSV.',
    content: { 'text/csv': { schema: { type: 'string' }, example: RESULT_EXAMPLE } },
  })
  @GatewayErrors(400, 401, 403, 404, 503)
  async download(@CurrentCaller() caller: GatewayPrincipal, @Param('batchId') id: string): Promise<StreamableFile> {
    const lines = await this.reader.results(caller, id);
    const disposition = 'attachment; filename="filebatch.csv"';
    return new StreamableFile(Readable.from(lines), { type: 'text/csv; charset=utf-8', disposition });
  }
}
