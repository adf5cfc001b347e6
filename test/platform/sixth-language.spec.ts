import { Body, Controller, Module, Post, UseFilters } from '@nestjs/common';
import { ApiBasicAuth } from '@nestjs/swagger';
import { randomBytes } from 'node:crypto';
import { LANGUAGES } from '../../src/app.module.js';
import { kindOf } from '../../src/platform/common/app-error.js';
import { AppError } from '../../src/platform/common/app-error.js';
import type { BodyRule } from '../../src/platform/http/body-rules.js';
import { type Dialect, DialectExceptionFilter } from '../../src/surfaces/shared/dialect.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** Bodies of words between blanks, none longer than 20 bytes altogether. */
const WORDS: BodyRule = {
  limit: 20,
  check: () => undefined,
  take: (_request, body) => ({ words: body.toString().split(' ') }),
};

const pirate: Dialect = {
  name: 'pirate',
  mounts: ['/arr'],
  bodies: [['/arr', WORDS]],
  credentials: [{ name: 'parrot', scheme: { type: 'http', scheme: 'basic' } }],
  refusesUnknown: false,
  answer: (error) => ({ status: error.code === 'forbidden' ? 418 : 404, body: { arr: kindOf(error.code) } }),
};

@Controller('arr')
@UseFilters(new DialectExceptionFilter(pirate))
class PirateController {
  @Post('parley')
  @ApiBasicAuth('parrot')
  parley(@Body() { words }: { words: string[] }): { words: number } {
    if (words.includes('treason')) throw new AppError('forbidden', 'walk the plank');
    return { words: words.length };
  }
}

@Module({ controllers: [PirateController] })
class PirateModule {}

/** A language is a dialect and a module: nothing of the app knows more of it. */
describe('a sixth language', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      webhooks: false,
      languages: [...LANGUAGES, { dialect: pirate, module: PirateModule }],
    });
  });
  afterAll(() => app.stop());

  const say = async (path: string, body: string) => {
    const answer = await fetch(`${app.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'text/arr' } });
    return [answer.status, await answer.json()];
  };

  it('is parsed and answered its own way', async () => {
    expect(await say('/arr/parley', 'aye aye captain')).toEqual([201, { words: 3 }]);
  });

  it('says its own errors: of a handler, of the parser, of an address that is nothing', async () => {
    expect(await say('/arr/parley', 'treason')).toEqual([418, { arr: 'forbidden' }]);
    expect(await say('/arr/parley', 'x'.repeat(21))).toEqual([404, { arr: 'body_too_large' }]);
    expect(await say('/arr/nowhere', 'aye')).toEqual([404, { arr: 'not_found' }]);
  });

  it('is in the document, with its credential', async () => {
    const { body } = await app.http.get('/docs-json');
    expect(body).toMatchObject({
      paths: { '/arr/parley': { post: { security: [{ parrot: [] }] } } },
      components: { securitySchemes: { parrot: { type: 'http', scheme: 'basic' } } },
    });
  });

  it('changes nothing for the others', async () => {
    const email = `u${randomBytes(6).toString('hex')}@example.com`;
    const user = { userName: 'A', email, password: 'password' };
    expect((await app.http.post('/user/register', user)).status).toBe(201);
    expect((await app.http.get('/arrow')).body).toMatchObject({ statusCode: 404 });
    expect((await app.http.get('/api/nothing')).body).toEqual({ status: 'failed', msg: 'not found' });
  });
});
