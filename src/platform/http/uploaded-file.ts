import { Busboy, type BusboyConfig, type BusboyInstance } from '@fastify/busboy';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, invalidRequest } from '../common/app-error.js';
import type { Upload } from './upload.js';

/** Bytes that a form may have around its file: boundaries, headers, small fields that nobody asked for. */
export const FORM_OVERHEAD = 16_384;

const LIMITS = {
  fieldNameSize: 100,
  fieldSize: 1_024,
  fields: 20,
  files: 5,
  parts: 25,
  headerPairs: 50,
  headerSize: 8_192,
};

export interface WantedFile {
  /** Name of the field in a form. */
  readonly field: string;
  readonly maxBytes: number;
}

export const isForm = (contentType: string): boolean => /^multipart\/form-data\s*;/i.test(contentType);

/**
 * Reads the file of an upload: the whole body, or a form's field.
 * @throws AppError as `Upload.pieces`; validation_failed for a form that is not whole or has no such file; body_too_large.
 */
export async function* fileOf(
  upload: Upload,
  { field, maxBytes }: WantedFile,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const piece of isForm(upload.contentType) ? fieldOf(upload, field) : upload.pieces()) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new AppError('body_too_large', `The file is larger than ${maxBytes} bytes`);
    yield piece;
  }
}

async function* fieldOf(upload: Upload, field: string): AsyncGenerator<Buffer, void, undefined> {
  const parser = parserOf(upload, field);
  const stop = new AbortController();
  let file: Readable | undefined;
  const found = new Promise<Readable | null>((resolve) => {
    parser.on('file', (name, stream) => {
      if (name !== field || file !== undefined) return void stream.resume();
      file = stream;
      // The reader is told as well; but the stream may break before or after anybody reads, and an error without a listener
      // ends the process.
      stream.on('error', () => undefined);
      resolve(stream);
    });
    parser.once('finish', () => resolve(null));
    parser.once('error', () => resolve(null));
  });
  const read = pipeline(Readable.from(upload.pieces()), parser, { signal: stop.signal }).catch((error: unknown) => {
    const failure = error instanceof AppError ? error : unreadable(error);
    file?.destroy(failure);
    return failure;
  });
  try {
    const stream = await Promise.race([found, read.then(() => null)]);
    if (stream !== null) yield* piecesOf(stream);
    const failure = await read;
    if (failure !== undefined) throw failure;
    if (stream === null) throw invalidRequest(`${field} is required`);
  } finally {
    stop.abort();
    await read;
  }
}

async function* piecesOf(file: Readable): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const piece of file) yield piece as Buffer;
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(error);
  }
}

function parserOf({ contentType }: Upload, field: string): BusboyInstance {
  const headers = { 'content-type': contentType };
  // A client that writes the field by hand may leave out the file's name.
  const isPartAFile: BusboyConfig['isPartAFile'] = (name, _type, fileName) => name === field || fileName !== undefined;
  try {
    return new Busboy({ headers, limits: LIMITS, isPartAFile });
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): AppError {
  return new AppError('validation_failed', 'the form is not whole', { cause });
}
