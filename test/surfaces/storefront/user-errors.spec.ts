import { BadRequestException, ForbiddenException, HttpException, NotFoundException } from '@nestjs/common';
import { errorCodes } from 'fastify';
import { mongo } from 'mongoose';
import { APP_ERROR_CODES, AppError } from '../../../src/platform/common/app-error.js';
import { StoreError } from '../../../src/platform/database/store-error.js';
import { type Dialect, dialectOf } from '../../../src/surfaces/shared/dialect.js';
import { toAppError } from '../../../src/surfaces/shared/to-app-error.js';
import { bareJsonAnswer } from '../../../src/surfaces/shared/bare-json/bare-json.errors.js';

describe('toAppError', () => {
  it.each([
    [new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY(), 'unparseable_body'],
    [new errorCodes.FST_ERR_CTP_EMPTY_JSON_BODY(), 'unparseable_body'],
    [new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH(), 'unparseable_body'],
    [new errorCodes.FST_ERR_BAD_URL('/%'), 'unparseable_body'],
    [new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), 'body_too_large'],
    [new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('text/plain'), 'unsupported_media_type'],
    [new HttpException('Request body is too large', 413), 'body_too_large'],
    [new HttpException('Unsupported Media Type: x', 415), 'unsupported_media_type'],
    [new HttpException('Body is not valid JSON but …', 400), 'unparseable_body'],
    [new BadRequestException(['email must be an email']), 'validation_failed'],
    [new NotFoundException('Cannot GET /x'), 'route_not_found'],
    [new ForbiddenException(), 'forbidden'],
    [new HttpException('teapot', 418), 'internal'],
    [
      Object.assign(new SyntaxError('Object contains forbidden prototype property'), { statusCode: 400 }),
      'unparseable_body',
    ],
    [new SyntaxError('a bug of ours'), 'internal'],
    [new mongo.MongoNetworkError('mongodb://user:secret@host'), 'store_unavailable'],
    [
      new mongo.MongoServerError({ code: 11000, message: 'E11000 dup key: { email: "grace@example.com" }' }),
      'internal',
    ],
    [new TypeError('undefined is not a function'), 'internal'],
    ['a thrown string', 'internal'],
    [undefined, 'internal'],
    [null, 'internal'],
  ])('%s is %s', (thrown, code) => expect(toAppError(thrown).code).toBe(code));

  it('keeps what is known already', () => {
    const error = new AppError('email_taken', 'taken');
    expect(toAppError(error)).toBe(error);
    const store = new StoreError('unknown', new Error('x'));
    expect(toAppError(store)).toBe(store);
  });

  it('tells nothing of the cause', () => {
    for (const thrown of [
      new Error('password=hunter2'),
      new HttpException('hunter2', 500),
      new HttpException('Unexpected token hunter2 in JSON', 400),
      new mongo.MongoNetworkError('hunter2'),
      Object.assign(new Error('hunter2'), { statusCode: 404 }),
    ]) {
      expect(JSON.stringify(bareJsonAnswer(toAppError(thrown)))).not.toContain('hunter2');
    }
  });
});

describe('bareJsonAnswer', () => {
  it.each(APP_ERROR_CODES)('answers %s in the contract’s shape', (code) => {
    const { status, body } = bareJsonAnswer(new AppError(code, 'A sentence', { messages: ['a', 'b'], reason: 'r' }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toEqual({
      statusCode: status,
      message: code === 'validation_failed' ? ['a', 'b'] : 'A sentence',
      error: expect.any(String),
      ...(code === 'card_declined' ? { code: 'r' } : {}),
    });
  });

  it('says when to come back, and how to authenticate', () => {
    expect(bareJsonAnswer(new AppError('rate_limited', 'x', { retryAfterSeconds: 1.2 })).headers).toEqual({
      'retry-after': '2',
    });
    expect(bareJsonAnswer(new AppError('unauthenticated', 'x')).headers).toEqual({ 'www-authenticate': 'Bearer' });
  });
});

describe('dialectOf', () => {
  const dialect = (name: string, ...mounts: string[]): Dialect => ({
    name,
    mounts,
    credentials: [],
    refusesUnknown: false,
    answer: () => ({ status: 500, body: {} }),
  });
  const all = [
    dialect('storefront', '/user', '/payment'),
    dialect('gateway', '/api'),
    dialect('komoju', '/api/v1/customers'),
  ];

  it.each([
    ['/user', 'storefront'],
    ['/user?x=/api', 'storefront'],
    ['/payment/pi_1', 'storefront'],
    ['/api/transaction', 'gateway'],
    ['/api/v1/customers/x', 'komoju'],
    ['/api/v1/customersx', 'gateway'],
    ['/users', undefined],
    ['/', undefined],
  ])('%s is spoken by %s', (url, name) => expect(dialectOf(url, all)?.name).toBe(name));
});
