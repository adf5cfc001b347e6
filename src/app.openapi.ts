import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { LANGUAGES } from './app.module.js';
import metadata from './metadata.js';
import type { Dialect } from './surfaces/shared/dialect.js';
import {
  closeBodies,
  documentedModels,
  type DocumentedModels,
  documentRules,
} from './platform/http/documented-rules.js';
import { documentSuccesses } from './platform/http/success-responses.js';
import { CONFIG, type Config } from './platform/config/config.js';

/** Those of the product, for whoever asks for its document. */
const DIALECTS = LANGUAGES.map(({ dialect }) => dialect);

export const TITLE = 'Payments';

const DESCRIPTION = [
  'A self-hosted payments backend: user accounts and card payments through Stripe, each payment charged at most once.',
  '',
  '**Try it.** Send `POST /user/register`, press **Authorize** and paste the `access_token` of the answer. Create a',
  'payment with `POST /payment` (the example’s `cuid` will do once; change a letter for the next one), then send',
  '`POST /payment/confirm` with the `id` you got as `paymentId` and `pm_card_visa` as `paymentMethodId`: it is approved.',
  '`pm_card_visa_chargeDeclined` is declined, and the same payment may then be confirmed with another card.',
  '',
  '**Gateway** (`/api`, for the merchant’s back end). Make the first user and key with `npm run admin -- create-user` and',
  '`create-key`, press **Authorize** and paste the key as it is.',
  '',
  '**Ghost** (`/ghost/api/v1`, for clients of an accounts, customers and cards API). Make a pair of keys with',
  '`npm run admin -- create-key --surface ghost --name Server`, press **Authorize**, and give the public key as user name, the',
  'secret key as password.',
  '',
  '**Komoju** (`/api/v1/customers`, for clients of KOMOJU’s customers API). Make a key with',
  '`npm run admin -- create-key --surface komoju --name Server`, press **Authorize**, and give it as user name, with no password.',
  '',
  '**Census** (`/api/v1/payments`, for donations and fees of persons). Make a key with `npm run admin -- create-key --surface',
  'census --name Server` and a person with `create-person --id 42@census`, press **Authorize** and paste the key.',
  '',
  'A `cuid` names one payment: send the same one again after a lost answer and nothing is created or charged twice.',
  'Amounts are whole numbers of the currency’s smallest unit (2000 is 20.00 USD). Every answer carries an',
  '`x-correlation-id`, which is what to look for in the log.',
].join('\n');

/** Relative, so that the document is right at every name of ours; behind a proxy's prefix it is PUBLIC_URL's path. */
function serverOf({ http: { publicUrl } }: Config): string {
  return publicUrl === undefined ? '/' : new URL(publicUrl).pathname;
}

/**
 * Loads what the document is written from: controllers, DTOs and their comments (src/metadata.ts, written by `nest build`).
 * @returns what writes it, once, when it is first asked for: that takes a second, and a start need not wait for it.
 */
export async function prepareDocument(
  app: NestFastifyApplication,
  dialects: readonly Dialect[],
): Promise<() => OpenAPIObject> {
  const described = await metadata();
  await SwaggerModule.loadPluginMetadata(async () => described);
  await documentSuccesses(described);
  const models = await documentedModels(described);
  let document: OpenAPIObject | undefined;
  return () => (document ??= write(app, models, dialects));
}

/** The document as the code says it. */
export async function createDocument(app: NestFastifyApplication): Promise<OpenAPIObject> {
  return (await prepareDocument(app, DIALECTS))();
}

function write(app: NestFastifyApplication, models: DocumentedModels, dialects: readonly Dialect[]): OpenAPIObject {
  const config = app.get<Config>(CONFIG);
  const about = new DocumentBuilder()
    .setTitle(TITLE)
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(serverOf(config), 'this server');
  for (const { name, scheme } of dialects.flatMap(({ credentials }) => credentials)) about.addSecurity(name, scheme);
  const document = SwaggerModule.createDocument(app, about.build());
  for (const dialect of dialects) dialect.document?.(document, config);
  documentRules(document, models);
  closeBodies(
    document,
    dialects.filter(({ refusesUnknown }) => refusesUnknown).flatMap(({ mounts }) => mounts),
  );
  return document;
}
